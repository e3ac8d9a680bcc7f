/** A bucket of permits that refills evenly. It starts full; what is charged to it may bring it below 0. */
export class TokenBucket {
  readonly capacity: number;
  readonly #perMs: number;
  #level: number;
  #atMs: number;

  constructor(perMinute: number, capacity: number, nowMs: number) {
    this.capacity = capacity;
    this.#perMs = perMinute / 60_000;
    this.#level = capacity;
    this.#atMs = nowMs;
  }

  /** What is in it now: at most the capacity. */
  level(nowMs: number): number {
    const refill = Math.max(0, nowMs - this.#atMs) * this.#perMs;
    this.#level = Math.min(this.capacity, this.#level + refill);
    this.#atMs = Math.max(this.#atMs, nowMs);
    return this.#level;
  }

  /** Takes so much (below 0: gives it back, never above the capacity), whether it is there or not. */
  take(amount: number, nowMs: number): void {
    this.#level = Math.min(this.capacity, this.level(nowMs) - amount);
  }

  /** How long until so much is in it: 0 where it is, Infinity where it never will be. */
  waitMs(amount: number, nowMs: number): number {
    if (amount > this.capacity) return Infinity;
    // A rounding error of the refill must not refuse a client that waited exactly as long as it was told.
    return Math.max(0, (amount - this.level(nowMs) - 1e-6) / this.#perMs);
  }
}
