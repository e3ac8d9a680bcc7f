import { sumOfFigures, sumOfTrend } from '@tokenstorm/core';
import type { MetricSummary, SeriesFigures, SeriesGroup, SeriesLabels, TrendName } from '@tokenstorm/core';
import type { LoggedRun } from './logged-run.ts';
import type { Choice } from './grafana-query.ts';

/** A row that a query must give: its time where it has one, tags and values. */
export type Row = Readonly<Record<string, unknown>>;

/** What a panel shows, and from what. */
export interface PanelContext {
  readonly run: LoggedRun;
  /** The one beside it, where two are compared. */
  readonly other: LoggedRun;
  readonly choices: Readonly<Record<string, Choice>>;
  readonly intervalMs: number;
}

type LabelName = 'region' | 'provider' | 'model' | 'scenario';
/** The labels that lines are told apart by: none for everything as one. */
export type Split = readonly LabelName[];

function isChosen(choice: Choice = '$__all', value: string): boolean {
  const chosen = typeof choice === 'string' ? [choice] : choice;
  return chosen[0] === '$__all' || chosen.includes(value);
}

/** The groups of a sum that count, each under the labels of its line. `filter` names the labels whose choice matters. */
function splitGroups(
  groups: readonly SeriesGroup[],
  split: Split,
  filter: Split,
  { choices }: Pick<PanelContext, 'choices'>,
): readonly (readonly [Readonly<Partial<SeriesLabels>>, readonly SeriesGroup[]])[] {
  const counted = groups.filter(
    ({ labels }) => labels.phase === 'main' && filter.every((name) => isChosen(choices[name], labels[name])),
  );
  const lines = Map.groupBy(counted, ({ labels }) => JSON.stringify(split.map((name) => labels[name])));
  return [...lines.values()].map((line) => [
    Object.fromEntries(split.map((name) => [name, line[0]!.labels[name]])),
    line,
  ]);
}

/** Windows by the step of the panel that they begin in. */
function steps({ run, intervalMs }: PanelContext) {
  const byStep = Map.groupBy(run.windows, ({ epochMs }) => Math.floor(epochMs / intervalMs) * intervalMs);
  return [...byStep].map(([time, windows]) => ({ time, windows }));
}

/** Figures of one distribution over time, each the worst window of its step. `split` are the labels of the level, and choose. */
export function latencyOverTime(
  metric: TrendName,
  figures: Readonly<Record<string, keyof MetricSummary>>,
  split: Split = [],
): (context: PanelContext) => Row[] {
  return (context) =>
    steps(context).flatMap(({ time, windows }) => {
      const summaries = windows.flatMap(({ totals }) =>
        splitGroups(totals.groups(), split, split, context).flatMap(([tags, groups]) => {
          const trend = sumOfTrend(groups, metric);
          return trend === undefined || trend.count === 0 ? [] : [{ tags, summary: trend.summary('') }];
        }),
      );
      const lines = Map.groupBy(summaries, ({ tags }) => JSON.stringify(tags));
      return [...lines.values()].map((line) => ({
        time,
        ...line[0]!.tags,
        ...mapped(figures, (figure) => Math.max(...line.map(({ summary }) => Number(summary[figure])))),
      }));
    });
}

/** A figure of counts: from the sum of what counts, the groups behind it and the seconds of a step. `undefined` where there is none. */
export type Count = (
  figures: SeriesFigures,
  groups: readonly SeriesGroup[],
  stepSeconds: number,
) => number | undefined;

/** Counts of each step, by these labels, of the chosen groups (`filter`; none: all). */
export function countsOverTime(
  counts: Readonly<Record<string, Count>>,
  split: Split = [],
  filter: Split = [],
): (context: PanelContext) => Row[] {
  return (context) =>
    steps(context).flatMap(({ time, windows }) => {
      const groups = windows.flatMap(({ totals }) => totals.groups());
      return countRows(counts, splitGroups(groups, split, filter, context), context, { time });
    });
}

/** The same of the whole run, as one or by labels. */
export function countsOfRun(
  counts: Readonly<Record<string, Count>>,
  split: Split = [],
  filter: Split = [],
): (context: PanelContext) => Row[] {
  return (context) =>
    countRows(counts, splitGroups(context.run.totals.groups(), split, filter, context), context, {});
}

function countRows(
  counts: Readonly<Record<string, Count>>,
  lines: ReturnType<typeof splitGroups>,
  { intervalMs }: PanelContext,
  at: Row,
): Row[] {
  return lines
    .map(([tags, groups]) => ({
      ...at,
      ...tags,
      ...mapped(counts, (count) => count(sumOfFigures(groups), groups, intervalMs / 1000) ?? null),
    }))
    .filter((row) => Object.keys(counts).some((name) => row[name as keyof typeof row] !== null));
}

/** Figures of distributions of the whole run, by metric and labels. */
export function latencyOfRun(
  metrics: readonly TrendName[],
  figures: Readonly<Record<string, keyof MetricSummary>>,
  split: Split = [],
  tagsOf: (metric: TrendName) => Row = (metric) => ({ metric }),
): (context: PanelContext) => Row[] {
  return (context) =>
    metrics.flatMap((metric) =>
      splitGroups(context.run.totals.groups(), split, split, context).flatMap(([tags, groups]) => {
        const trend = sumOfTrend(groups, metric);
        if (trend === undefined || trend.count === 0) return [];
        const summary = trend.summary('');
        return [{ ...tagsOf(metric), ...tags, ...mapped(figures, (figure) => summary[figure]) }];
      }),
    );
}

/** The object with the same keys and these values. */
export function mapped<T, U>(values: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
