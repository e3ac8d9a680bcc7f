import { SeriesTotals } from '@tokenstorm/core';
import type { SeriesGroupState, SnapshotSeries, TrendName } from '@tokenstorm/core';
import { pack, unpack } from './pack.ts';

/** Outcomes that became known in `[startMs, startMs + durationMs)` from the run's start. */
export interface MetricsWindow {
  readonly startMs: number;
  readonly durationMs: number;
  readonly totals: SeriesTotals;
}

/** A `SumWindow` as plain data. */
export interface SumWindowState {
  readonly startMs: number;
  readonly durationMs: number;
  readonly totals: Uint8Array;
}

/** The sum of one window. As plain data it is made once for each change. */
export class SumWindow implements MetricsWindow {
  readonly startMs: number;
  readonly durationMs: number;
  readonly totals: SeriesTotals;
  #packed: Uint8Array | undefined;

  constructor(startMs: number, durationMs: number, totals: SeriesTotals = new SeriesTotals()) {
    this.startMs = startMs;
    this.durationMs = durationMs;
    this.totals = totals;
  }

  static of({ startMs, durationMs, totals }: SumWindowState): SumWindow {
    const window = new SumWindow(
      startMs,
      durationMs,
      SeriesTotals.of(unpack(totals) as readonly SeriesGroupState[]),
    );
    window.#packed = totals;
    return window;
  }

  state(): SumWindowState {
    this.#packed ??= pack(this.totals.state());
    return { startMs: this.startMs, durationMs: this.durationMs, totals: this.#packed };
  }

  get endMs(): number {
    return this.startMs + this.durationMs;
  }

  add(series: SnapshotSeries): void {
    this.#packed = undefined;
    this.totals.add(series);
  }

  addTotals(totals: SeriesTotals): void {
    this.#packed = undefined;
    this.totals.addTotals(totals);
  }

  /** Forgets all distributions but these. */
  keepTrends(names: ReadonlySet<TrendName>): void {
    this.#packed = undefined;
    this.totals.keepTrends(names);
  }
}

/** Start of the window of this length that a moment of the run lies in; what is before the start lies in the first one. */
export function windowStart(atMs: number, durationMs: number): number {
  return Math.floor(Math.max(0, atMs) / durationMs) * durationMs;
}
