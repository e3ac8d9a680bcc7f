import { addAccounting, emptyAccounting, Trend } from '@tokenstorm/core';
import type {
  LabelFilter,
  SeriesFigures,
  SeriesGroup,
  SeriesTotals,
  ThresholdTotals,
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
    return this.groups(filter).reduce<SeriesFigures>(addFigures, {
      accounting: emptyAccounting,
      counters: {},
      errors: {},
    });
  }

  trend(name: TrendName, filter: LabelFilter = {}): Trend | undefined {
    const trends = this.groups(filter).flatMap((group) => group.trends.get(name) ?? []);
    if (trends.length === 0) return undefined;
    const sum = new Trend();
    for (const trend of trends) sum.add(trend);
    return sum;
  }
}

function addFigures(sum: SeriesFigures, added: SeriesFigures): SeriesFigures {
  return {
    accounting: addAccounting(sum.accounting, added.accounting),
    counters: addNumbers(sum.counters, added.counters),
    errors: addNumbers(sum.errors, added.errors),
  };
}

function addNumbers(
  sums: Readonly<Record<string, number>>,
  added: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const all = { ...sums };
  for (const [name, value] of Object.entries(added)) all[name] = (all[name] ?? 0) + value;
  return all;
}
