/** What was settled is told within so long, where nothing else is told before. */
const tellWithinMs = 50;
/** What the server stated, sooner, where nothing of the kind was told lately. */
const lowerWithinMs = 5;

/** What the buckets are told of: lists by dimension, as in `LimitRequest`. */
export interface ToldLimits {
  readonly charge: readonly number[];
  readonly back: readonly number[];
  readonly slowPerMs: readonly number[];
  readonly left: readonly number[];
}

/** What is to be told to the buckets with the next trip: several settlements are one, several observations too. */
export class LimitTidings {
  readonly #dimensions: number;
  #charge: number[];
  #back: number[];
  #slowPerMs: number[];
  #left: number[];
  #dueMs = Infinity;
  #loweredAtMs = -Infinity;
  /** Of those who wait until their observation is told: not yet on its way, and on its way. */
  #waiting: PromiseWithResolvers<void>[] = [];
  #onTheWay: PromiseWithResolvers<void>[] = [];

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#charge = this.#each(0);
    this.#back = this.#each(0);
    this.#slowPerMs = this.#each(Infinity);
    this.#left = this.#each(Infinity);
  }

  /** Monotonic ms by which it is to be told; infinite where there is nothing. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Whether anything comes back to the buckets. */
  get givesBack(): boolean {
    return this.#charge.some((amount) => amount < 0) || this.#back.some((amount) => amount > 0);
  }

  /** Amounts to be charged for what was sent; below 0: to come back. */
  charge(amounts: readonly number[], nowMs: number): void {
    if (amounts.every((amount) => amount === 0)) return;
    this.#charge = sums(this.#charge, amounts);
    this.#dueMs = Math.min(this.#dueMs, nowMs + tellWithinMs);
  }

  /** Permits that were held and not used. They come back only where they are still the holder's. */
  giveBack(amounts: readonly number[], nowMs: number): void {
    if (amounts.every((amount) => amount === 0)) return;
    this.#back = sums(this.#back, amounts);
    this.#dueMs = Math.min(this.#dueMs, nowMs + tellWithinMs);
  }

  /** Rates and remaining amounts that the server stated, infinite where it did not. Resolves when they are told. */
  lower(perMs: readonly number[], left: readonly number[], nowMs: number): Promise<void> {
    this.#slowPerMs = this.#slowPerMs.map((rate, place) => Math.min(rate, perMs[place] ?? Infinity));
    this.#left = this.#left.map((amount, place) => Math.min(amount, left[place] ?? Infinity));
    const dueMs = Math.max(nowMs + lowerWithinMs, this.#loweredAtMs + tellWithinMs);
    this.#dueMs = Math.min(this.#dueMs, dueMs);
    const waiting = Promise.withResolvers<void>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  /** So much was used of what the process holds: it is gone from what remained before. */
  used(amounts: readonly number[]): void {
    if (this.#waiting.length > 0)
      this.#left = this.#left.map((amount, place) => Math.max(0, amount - (amounts[place] ?? 0)));
  }

  /** All of it, which is on its way from now on. */
  tell(nowMs: number): ToldLimits {
    if (this.#waiting.length > 0) this.#loweredAtMs = nowMs;
    const told = {
      charge: this.#charge,
      back: this.#back,
      slowPerMs: this.#slowPerMs.map(orNone),
      left: this.#left.map(orNone),
    };
    this.#charge = this.#each(0);
    this.#back = this.#each(0);
    this.#slowPerMs = this.#each(Infinity);
    this.#left = this.#each(Infinity);
    this.#dueMs = Infinity;
    this.#onTheWay = this.#waiting;
    this.#waiting = [];
    return told;
  }

  /** What was on its way has arrived. */
  arrived(): void {
    for (const { resolve } of this.#onTheWay.splice(0)) resolve();
  }

  fail(cause: unknown): void {
    for (const { reject } of [...this.#onTheWay.splice(0), ...this.#waiting.splice(0)]) reject(cause);
  }

  #each(value: number): number[] {
    return Array.from({ length: this.#dimensions }, () => value);
  }
}

function sums(ones: readonly number[], others: readonly number[]): number[] {
  return ones.map((amount, place) => amount + (others[place] ?? 0));
}

function orNone(amount: number): number {
  return Number.isFinite(amount) ? amount : -1;
}
