/** Waiting for a place: calling it gives the wait up. */
export type CancelWait = () => void;

/**
 * Lets at most `limit` requests be under way at once; the others wait in order of their arrival. Without a limit
 * everybody is admitted at once. The gate is one for all the shards of a run in this process.
 */
export class ConcurrencyGate {
  readonly #waiting = new Set<(admittedAtMs: number) => void>();
  #limit: number;
  #inside = 0;
  #isPassingOn = false;
  #isClosed = false;

  constructor(limit: number | undefined) {
    this.#limit = limit ?? Infinity;
  }

  /** Calls back at once, or when a place is free, with the moment at which the place was free. */
  enter(nowMs: number, onAdmitted: (admittedAtMs: number) => void): CancelWait | undefined {
    if (this.#inside < this.#limit && this.#waiting.size === 0) {
      this.#inside += 1;
      onAdmitted(nowMs);
      return undefined;
    }
    this.#waiting.add(onAdmitted);
    return () => void this.#waiting.delete(onAdmitted);
  }

  /** A place is free since `atMs`: when its request ended, which is earlier than we noticed. */
  leave(atMs: number): void {
    this.#inside -= 1;
    this.#passOn(atMs);
  }

  /** Another limit from `atMs` on: where it is higher, those who wait have the new places; where it is lower, nobody is sent away. */
  setLimit(limit: number | undefined, atMs: number): void {
    if (this.#isClosed) return;
    this.#limit = limit ?? Infinity;
    this.#passOn(atMs);
  }

  /** Admits nobody any more: who waits, waits until it gives up. */
  close(): void {
    this.#isClosed = true;
    this.#limit = 0;
  }

  #passOn(atMs: number): void {
    // Whoever is admitted may leave before its callback returns; a call inside a call would fill the stack.
    if (this.#isPassingOn) return;
    this.#isPassingOn = true;
    try {
      this.#admitWaiting(atMs);
    } finally {
      this.#isPassingOn = false;
    }
  }

  #admitWaiting(atMs: number): void {
    for (const next of this.#waiting) {
      if (this.#inside >= this.#limit) return;
      this.#waiting.delete(next);
      this.#inside += 1;
      next(atMs);
    }
  }
}
