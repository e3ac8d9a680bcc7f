import { sumOfFigures, sumOfTrend } from '@tokenstorm/core';
import type {
  LabelFilter,
  SeriesFigures,
  SeriesGroup,
  SeriesTotals,
  ThresholdTotals,
  Trend,
  TrendName,
} from '@tokenstorm/core';

/** Several windows asked as one. It adds up only what it is asked for: a window may hold 20 distributions. */
export class WindowSum implements ThresholdTotals {
  readonly #windows: readonly SeriesTotals[];

  constructor(windows: readonly SeriesTotals[]) {
    this.#windows = windows;
  }

  /** The groups of each window, one after the other. */
  groups(filter: LabelFilter = {}): readonly SeriesGroup[] {
    return this.#windows.flatMap((window) => window.groups(filter));
  }

  figures(filter: LabelFilter = {}): SeriesFigures {
    return sumOfFigures(this.groups(filter));
  }

  trend(name: TrendName, filter: LabelFilter = {}): Trend | undefined {
    return sumOfTrend(this.groups(filter), name);
  }
}
