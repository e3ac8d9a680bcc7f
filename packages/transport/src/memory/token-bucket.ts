/** What rounding may leave missing, in permits: not worth another wait. */
const rounding = 1e-6;

/**
 * One token bucket. It starts full, may be in debt, and holds so many seconds of its rate, or the largest amount ever
 * asked of it where that is more: a bucket smaller than one request could never let it through.
 */
export class TokenBucket {
  readonly #burstMs: number;
  #largestAmount = 0;
  #perMs: number;
  #capacity: number;
  #level: number;
  #atMs: number;

  constructor(perMinute: number, burstSeconds: number, nowMs: number) {
    this.#burstMs = burstSeconds * 1000;
    this.#perMs = perMinute / 60_000;
    this.#capacity = this.#perMs * this.#burstMs;
    this.#level = this.#capacity;
    this.#atMs = nowMs;
  }

  /**
   * Ms until this amount is there. 0 or less where it is there now: it has been for so long at least, and how much longer
   * a full bucket does not know.
   */
  waitMs(amount: number, nowMs: number): number {
    this.#refill(nowMs);
    this.#grow(amount);
    const missing = amount - this.#level;
    return missing > 0 && missing < rounding ? 0 : missing / this.#perMs;
  }

  /** Takes the amount, there or not; a negative one is given back. */
  charge(amount: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#level = Math.min(this.#capacity, this.#level - amount);
  }

  /** Slows the bucket down to a rate below its own; a faster one changes nothing. It holds less then. */
  slowDown(perMinute: number, nowMs: number): void {
    const perMs = perMinute / 60_000;
    if (perMs >= this.#perMs) return;
    this.#refill(nowMs);
    this.#perMs = perMs;
    this.#capacity = Math.max(perMs * this.#burstMs, this.#largestAmount);
    this.#level = Math.min(this.#level, this.#capacity);
  }

  /** Leaves at most this much in it. */
  leave(amount: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#level = Math.min(this.#level, amount);
  }

  #refill(nowMs: number): void {
    this.#level = Math.min(this.#capacity, this.#level + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }

  /**
   * What it grows by is full. So it never gives more than a bucket of its final size that was full at the start, and the
   * bound for any window, rate x window + size, holds with the final size.
   */
  #grow(amount: number): void {
    this.#largestAmount = Math.max(this.#largestAmount, amount);
    if (amount <= this.#capacity) return;
    this.#level += amount - this.#capacity;
    this.#capacity = amount;
  }
}
