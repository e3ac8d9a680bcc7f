import type { SeriesTotals } from '@tokenstorm/core';
import type { MetricsWindow } from './windows.ts';

/** The last short windows of a run, kept as long as somebody looks back. */
export class RecentWindows {
  readonly #keptMs: number;
  #windows: MetricsWindow[] = [];

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** Adds a window, later than those before, and forgets what is too old. */
  add(window: MetricsWindow): void {
    this.#windows.push(window);
    const keptFromMs = window.startMs + window.durationMs - this.#keptMs;
    this.#windows = this.#windows.filter(({ startMs }) => startMs >= keptFromMs);
  }

  /** The windows of the last `spanMs` before the newest window's end, oldest first. */
  last(spanMs: number): readonly SeriesTotals[] {
    const newest = this.#windows.at(-1);
    if (newest === undefined) return [];
    const fromMs = newest.startMs + newest.durationMs - spanMs;
    return this.#windows.filter(({ startMs }) => startMs >= fromMs).map(({ totals }) => totals);
  }
}
