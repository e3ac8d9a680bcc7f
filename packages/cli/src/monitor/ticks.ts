/** A moment at which calls are due. */
export interface Tick {
  /** Monotonic ms. */
  readonly dueMs: number;
  /** The same from the schedule's start on, exactly. */
  readonly sinceStartMs: number;
  /** Ticks before it that passed unused, because the process was held up. */
  readonly skipped: number;
}

/** A fixed schedule: tick n is due at `startMs + n x everyMs`, however late the one before was. */
export class Ticks {
  readonly #startMs: number;
  readonly #everyMs: number;
  #next = 0;

  constructor(startMs: number, everyMs: number) {
    this.#startMs = startMs;
    this.#everyMs = everyMs;
  }

  /** The next tick at this monotonic ms: the latest that is due already, or else the first to come. */
  next(nowMs: number): Tick {
    const passed = Math.floor((nowMs - this.#startMs) / this.#everyMs);
    const number = Math.max(this.#next, passed);
    const skipped = number - this.#next;
    this.#next = number + 1;
    const sinceStartMs = number * this.#everyMs;
    return { dueMs: this.#startMs + sinceStartMs, sinceStartMs, skipped };
  }
}
