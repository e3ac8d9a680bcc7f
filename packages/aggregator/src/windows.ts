import { SeriesTotals } from '@tokenstorm/core';

/** Outcomes that became known in `[startMs, startMs + durationMs)` from the run's start. */
export interface MetricsWindow {
  readonly startMs: number;
  readonly durationMs: number;
  readonly totals: SeriesTotals;
}

/** Cuts the run into windows of one length. A window is given away once every shard has passed its end, and forgotten. */
export class Windows {
  readonly #durationMs: number;
  readonly #open = new Map<number, SeriesTotals>();

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  /** The sum of the window that a moment of the run lies in (what is before the start counts to the first one). */
  at(atMs: number): SeriesTotals {
    const startMs = Math.floor(Math.max(0, atMs) / this.#durationMs) * this.#durationMs;
    let totals = this.#open.get(startMs);
    if (totals === undefined) this.#open.set(startMs, (totals = new SeriesTotals()));
    return totals;
  }

  /** The windows that nothing can be added to any more, in order of time. */
  takeClosed(knownUpToMs: number): MetricsWindow[] {
    const closed = [...this.#open.keys()].filter((startMs) => startMs + this.#durationMs <= knownUpToMs);
    return closed
      .toSorted((a, b) => a - b)
      .map((startMs) => {
        const totals = this.#open.get(startMs) as SeriesTotals;
        this.#open.delete(startMs);
        return { startMs, durationMs: this.#durationMs, totals };
      });
  }
}
