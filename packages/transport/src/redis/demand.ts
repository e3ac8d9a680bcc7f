/** What was asked lately is remembered for about so long, ms. */
const memoryMs = 1000;
/** A process notices so much late that it should fetch more, and what is asked for comes so unevenly. */
const slackMs = 20;
/** Beside what goes while a round trip lasts, so many ms of the demand are wanted ahead: a busy process stands still for a while. */
const aheadMs = 250;
/** A round trip is taken for at least so long, ms. */
const shortestTripMs = 0.5;
/** And at most: while Redis was away nothing was needed ahead. */
const longestTripMs = 500;
const tripWeight = 0.2;

/** How many requests are asked for lately, what each of them needs, and how long a round trip takes. Times are monotonic ms. */
export class Demand {
  readonly #sums: number[];
  #count = 0;
  #atMs = -Infinity;
  #tripMs = shortestTripMs;

  /** Of so many dimensions. */
  constructor(dimensions: number) {
    this.#sums = Array.from({ length: dimensions }, () => 0);
  }

  /** A request that needed these amounts. */
  note(amounts: readonly number[], nowMs: number): void {
    this.#fade(nowMs);
    this.#count += 1;
    for (const [place, amount] of amounts.entries()) this.#sums[place] = (this.#sums[place] ?? 0) + amount;
  }

  /** Whether anything was ever asked for. */
  get isKnown(): boolean {
    return this.#sums.some((sum) => sum > 0);
  }

  noteTrip(tripMs: number): void {
    const counted = Math.min(longestTripMs, Math.max(shortestTripMs, tripMs));
    this.#tripMs += tripWeight * (counted - this.#tripMs);
  }

  /** What one request needs, on the average; rounded up, so that whole amounts stay whole. */
  typical(): readonly number[] {
    return this.#sums.map((sum) => Math.ceil(sum / Math.max(1e-9, this.#count) - 1e-6));
  }

  /**
   * Below so many requests in stock more should be fetched: so many may come while a trip lasts (the mean of a Poisson process and
   * three standard deviations), and one more.
   */
  lowMark(nowMs: number): number {
    const meanwhile = this.#perMs(nowMs) * (this.#tripMs + slackMs);
    return 1 + meanwhile + 3 * Math.sqrt(meanwhile);
  }

  /** So many requests should be in stock. */
  target(nowMs: number): number {
    return this.lowMark(nowMs) + this.#perMs(nowMs) * aheadMs;
  }

  #perMs(nowMs: number): number {
    this.#fade(nowMs);
    return this.#count / memoryMs;
  }

  #fade(nowMs: number): void {
    const share = Math.exp((this.#atMs - nowMs) / memoryMs);
    this.#atMs = nowMs;
    this.#count *= share;
    for (const [place, sum] of this.#sums.entries()) this.#sums[place] = sum * share;
  }
}
