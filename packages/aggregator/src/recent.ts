import type { MetricsWindow } from './windows.ts';

/** The last short windows of a run, kept as long as somebody looks back. */
export class RecentWindows {
  readonly #keptMs: number;
  #windows: readonly MetricsWindow[] = [];

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** Adds a window, later than those before, and forgets what is too old. */
  add(window: MetricsWindow): void {
    this.#windows = [...this.#windows, window];
    this.#windows = this.last(this.#keptMs);
  }

  /** The windows that the last `spanMs` before the newest window's end lie in (so whole ones, at least one), oldest first. */
  last(spanMs: number): readonly MetricsWindow[] {
    const newest = this.#windows.at(-1);
    if (newest === undefined) return [];
    const fromMs = newest.startMs + newest.durationMs - spanMs;
    return this.#windows.filter((window) => window === newest || window.startMs + window.durationMs > fromMs);
  }
}
