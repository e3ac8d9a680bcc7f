import type { SnapshotSeries, TrendName } from '@tokenstorm/core';
import { SumWindow } from './sum-window.ts';
import type { SumWindowState } from './sum-window.ts';

export interface RecentWindowsOptions {
  /** So far back somebody looks at all that a window holds. */
  readonly wholeMs: number;
  /** So far back somebody looks at these distributions. */
  readonly keptMs: number;
  readonly keptTrends: ReadonlySet<TrendName>;
}

/** The last short windows of a run, kept as long as somebody looks back. */
export class RecentWindows {
  readonly #options: RecentWindowsOptions;
  #windows: readonly SumWindow[] = [];

  constructor(options: RecentWindowsOptions) {
    this.#options = options;
  }

  state(): readonly SumWindowState[] {
    return this.#windows.map((window) => window.state());
  }

  restore(windows: readonly SumWindowState[]): void {
    this.#windows = windows.map((window) => SumWindow.of(window));
  }

  /** Adds a window, later than those before, and forgets what is too old. */
  add(window: SumWindow): void {
    const { wholeMs, keptMs, keptTrends } = this.#options;
    const before = new Set(this.last(wholeMs));
    this.#windows = [...this.#windows, window];
    const whole = new Set(this.last(wholeMs));
    for (const each of before) if (!whole.has(each)) each.keepTrends(keptTrends);
    this.#windows = this.last(Math.max(wholeMs, keptMs));
  }

  /** Adds what came after its window; nothing where that is forgotten. */
  addLate(atMs: number, series: SnapshotSeries): void {
    const window = this.#windows.find(({ startMs, endMs }) => atMs < endMs && Math.max(0, atMs) >= startMs);
    window?.add(series);
  }

  /** The windows that the last `spanMs` before the newest window's end lie in (so whole ones, at least one), oldest first. */
  last(spanMs: number): readonly SumWindow[] {
    const newest = this.#windows.at(-1);
    if (newest === undefined) return [];
    const fromMs = newest.endMs - spanMs;
    return this.#windows.filter((window) => window === newest || window.endMs > fromMs);
  }
}
