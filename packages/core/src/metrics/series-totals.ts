import type { CounterTotals, ErrorTotals } from '../report/report.ts';
import { addAccounting, emptyAccounting } from './accounting.ts';
import { PromptSum } from './prompt-tally.ts';
import type { PromptSumState } from './prompt-tally.ts';
import type { Accounting, EncodedTrend, SeriesLabels, SnapshotSeries } from './snapshot.ts';
import { Trend } from './trend.ts';
import { trendDefinitions } from './trend-definitions.ts';
import type { TrendName } from './trend-definitions.ts';

const labelNames = [
  'provider',
  'model',
  'scenario',
  'region',
  'phase',
] as const satisfies (keyof SeriesLabels)[];

/** Sums of any number of series without their distributions. What is absent is zero. */
export interface SeriesFigures {
  readonly accounting: Accounting;
  readonly counters: CounterTotals;
  readonly errors: ErrorTotals;
  /** Of attempts that did not end their request. */
  readonly attemptErrors: ErrorTotals;
}

/** The sum of any number of series. */
export interface SeriesSum extends SeriesFigures {
  readonly trends: ReadonlyMap<TrendName, Trend>;
}

/** The sum of all series with the same labels. */
export interface SeriesGroup extends SeriesSum {
  readonly labels: SeriesLabels;
  readonly prompts: PromptSum;
}

/** A `SeriesGroup` as plain data that a structured clone keeps. */
export interface SeriesGroupState extends SeriesFigures {
  readonly labels: SeriesLabels;
  readonly prompts: PromptSumState;
  readonly trends: EncodedTrends;
}

type EncodedTrends = Readonly<Partial<Record<TrendName, EncodedTrend>>>;

/** Labels that a series must have; what is absent may have any value. */
export type LabelFilter = Readonly<Partial<SeriesLabels>>;

/**
 * The fold: adds series up by label set. The order of `add` and the cut of a run into snapshots change nothing but
 * the last bits of floating-point sums. Whoever calls keeps out what was delivered twice.
 */
export class SeriesTotals {
  readonly #groups = new Map<string, Sum & SeriesGroup>();

  /** Adds one series. Throws `E_INTERNAL` where one of its histograms is damaged; a part of it is added by then. */
  add(series: SnapshotSeries): void {
    const group = this.#group(series.labels);
    addFigures(group, series);
    if (series.prompts !== undefined) group.prompts.add(series.prompts);
    for (const { name } of trendDefinitions) {
      const encoded = series.trends[name];
      if (encoded !== undefined) trendOf(group.trends, name).merge(encoded);
    }
  }

  /** Adds all that others added up, such as the totals of another window. */
  addTotals(other: SeriesTotals): void {
    for (const added of other.groups()) {
      const group = this.#group(added.labels);
      addSum(group, added);
      group.prompts.addSum(added.prompts);
    }
  }

  /** The totals that these groups were taken of, the same to the last bit. Throws `E_INTERNAL` where a histogram is damaged. */
  static of(state: readonly SeriesGroupState[]): SeriesTotals {
    const totals = new SeriesTotals();
    for (const group of state) {
      const restored = {
        labels: group.labels,
        ...emptySum(),
        prompts: PromptSum.of(group.prompts),
      };
      addFigures(restored, group);
      for (const [name, trend] of Object.entries(group.trends)) {
        trendOf(restored.trends, name as TrendName).merge(trend);
      }
      totals.#groups.set(labelsKey(group.labels), restored);
    }
    return totals;
  }

  /** What `of` makes the same totals from. Later calls of `add` may change its figures: it is to be written down at once. */
  state(): SeriesGroupState[] {
    return this.groups().map(({ labels, accounting, counters, errors, attemptErrors, trends, prompts }) => ({
      labels,
      accounting,
      counters,
      errors,
      attemptErrors,
      prompts: prompts.state(),
      trends: encodedTrends(trends),
    }));
  }

  /** One series for each label set, with the sum of all that were added: what these totals are as a part of larger ones. */
  series(): SnapshotSeries[] {
    return this.groups().map(({ labels, accounting, counters, errors, attemptErrors, trends, prompts }) => ({
      labels,
      accounting,
      counters: { ...counters },
      errors: { ...errors },
      ...(Object.keys(attemptErrors).length > 0 && { attemptErrors: { ...attemptErrors } }),
      ...(prompts.sent > 0 && { prompts: prompts.use() }),
      trends: encodedTrends(trends),
    }));
  }

  /** Forgets all distributions but these. */
  keepTrends(names: ReadonlySet<TrendName>): void {
    for (const { trends } of this.#groups.values()) {
      for (const name of trends.keys()) if (!names.has(name)) trends.delete(name);
    }
  }

  /** The label sets seen so far, or those that match, each with its sum; in the order in which they came. */
  groups(filter: LabelFilter = {}): readonly SeriesGroup[] {
    return [...this.#groups.values()].filter((group) => matches(group.labels, filter));
  }

  /** The sum over all label sets, or those that match; a copy, which later calls of `add` do not change. */
  merged(filter: LabelFilter = {}): SeriesSum {
    const sum = emptySum();
    for (const group of this.groups(filter)) addSum(sum, group);
    return sum;
  }

  /** The same without the distributions. */
  figures(filter: LabelFilter = {}): SeriesFigures {
    return sumOfFigures(this.groups(filter));
  }

  /** One distribution over all label sets, or those that match; `undefined` without data. */
  trend(name: TrendName, filter: LabelFilter = {}): Trend | undefined {
    return sumOfTrend(this.groups(filter), name);
  }

  #group(labels: SeriesLabels): Sum & SeriesGroup {
    const key = labelsKey(labels);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { labels, ...emptySum(), prompts: new PromptSum() };
      this.#groups.set(key, group);
    }
    return group;
  }
}

/** The sum of several figures. */
export function sumOfFigures(parts: readonly SeriesFigures[]): SeriesFigures {
  const sum = emptySum();
  for (const part of parts) addFigures(sum, part);
  return sum;
}

/** One distribution over several sums; `undefined` without data. */
export function sumOfTrend(parts: readonly SeriesSum[], name: TrendName): Trend | undefined {
  const trends = parts.flatMap((part) => part.trends.get(name) ?? []);
  if (trends.length === 0) return undefined;
  const sum = new Trend();
  for (const trend of trends) sum.add(trend);
  return sum;
}

interface Sum extends SeriesSum {
  accounting: Accounting;
  readonly counters: Record<string, number>;
  readonly errors: Record<string, number>;
  readonly attemptErrors: Record<string, number>;
  readonly trends: Map<TrendName, Trend>;
}

function emptySum(): Sum {
  return { accounting: emptyAccounting, counters: {}, errors: {}, attemptErrors: {}, trends: new Map() };
}

function addFigures(sum: Sum, added: SeriesFigures | SnapshotSeries): void {
  sum.accounting = addAccounting(sum.accounting, added.accounting);
  addNumbers(sum.counters, added.counters);
  addNumbers(sum.errors, added.errors);
  if (added.attemptErrors !== undefined) addNumbers(sum.attemptErrors, added.attemptErrors);
}

function addSum(sum: Sum, added: SeriesSum): void {
  addFigures(sum, added);
  for (const [name, trend] of added.trends) trendOf(sum.trends, name).add(trend);
}

function addNumbers(sums: Record<string, number>, added: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(added)) sums[name] = (sums[name] ?? 0) + value;
}

function encodedTrends(trends: ReadonlyMap<TrendName, Trend>): EncodedTrends {
  return Object.fromEntries([...trends].map(([name, trend]) => [name, trend.encode()]));
}

function trendOf(trends: Map<TrendName, Trend>, name: TrendName): Trend {
  let trend = trends.get(name);
  if (trend === undefined) {
    trend = new Trend();
    trends.set(name, trend);
  }
  return trend;
}

function matches(labels: SeriesLabels, filter: LabelFilter): boolean {
  return labelNames.every((name) => filter[name] === undefined || labels[name] === filter[name]);
}

/** A text that two label sets share exactly when they are equal. */
export function labelsKey(labels: SeriesLabels): string {
  return JSON.stringify(labelNames.map((name) => labels[name]));
}
