import type { Clock } from '@tokenstorm/core';

/** Waiting for a place: calling it gives the wait up. */
export type CancelWait = () => void;

/**
 * Lets at most `limit` requests be under way at once; the others wait in order of their arrival. Without a limit
 * everybody is admitted at once. The gate is one for all the shards of a run in this process.
 */
export class ConcurrencyGate {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #waiting = new Set<(admittedAtMs: number) => void>();
  #inside = 0;

  constructor(limit: number | undefined, clock: Clock) {
    this.#limit = limit ?? Infinity;
    this.#clock = clock;
  }

  /** Calls back at once, or when a place is free, with the moment at which the place was free. */
  enter(nowMs: number, onAdmitted: (admittedAtMs: number) => void): CancelWait | undefined {
    if (this.#inside < this.#limit) {
      this.#inside += 1;
      onAdmitted(nowMs);
      return undefined;
    }
    this.#waiting.add(onAdmitted);
    return () => void this.#waiting.delete(onAdmitted);
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#inside -= 1;
      return;
    }
    this.#waiting.delete(next);
    next(this.#clock.nowMs());
  }
}
