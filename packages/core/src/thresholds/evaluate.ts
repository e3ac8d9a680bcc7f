import type { CounterName, TrendName } from '../metrics/definitions.ts';
import type { LabelFilter, SeriesTotals } from '../metrics/series-totals.ts';
import type { Trend } from '../metrics/trend.ts';
import type { ThresholdResult } from '../report/report.ts';
import type { ParsedThreshold, ThresholdAggregation, ThresholdOperator } from './threshold.ts';

const comparisons: Readonly<Record<ThresholdOperator, (measured: number, limit: number) => boolean>> = {
  '<': (measured, limit) => measured < limit,
  '<=': (measured, limit) => measured <= limit,
  '>': (measured, limit) => measured > limit,
  '>=': (measured, limit) => measured >= limit,
  '==': (measured, limit) => measured === limit,
  '!=': (measured, limit) => measured !== limit,
};

/** The totals that a threshold asks: a `SeriesTotals`, or whatever adds several up. */
export type ThresholdTotals = Pick<SeriesTotals, 'figures' | 'groups' | 'trend'>;

/**
 * Whether a threshold holds for these totals, warm-up left out. Without data it does not hold and `measured` is `null`:
 * no value of a trend, nothing that a ratio is a share of, no series with the tags. A counter of a series that exists
 * is 0, not absent. `durationMs` is the time that the totals cover, for rates per second. A threshold over a window
 * is evaluated on the totals of that window. `aborted` is false: whoever stops the run because of it sets it.
 */
export function evaluateThreshold(
  threshold: ParsedThreshold,
  totals: ThresholdTotals,
  durationMs: number,
): ThresholdResult {
  const measured = measure(threshold, totals, durationMs);
  return {
    metric: threshold.metric,
    expression: threshold.expression,
    passed: measured !== undefined && comparisons[threshold.operator](measured, threshold.limit),
    measured: measured ?? null,
    aborted: false,
  };
}

function measure(
  threshold: ParsedThreshold,
  totals: ThresholdTotals,
  durationMs: number,
): number | undefined {
  const { definition, aggregation } = threshold;
  const filter: LabelFilter = { ...threshold.tags, phase: 'main' };
  if (definition.kind === 'trend') return trendValue(totals, definition.name, filter, aggregation);
  if (definition.kind === 'ratio') return definition.ratio(totals.figures(filter));
  return counterValue(totals, definition.name, filter, aggregation, durationMs);
}

function trendValue(
  totals: ThresholdTotals,
  name: TrendName,
  filter: LabelFilter,
  aggregation: ThresholdAggregation,
): number | undefined {
  const trend = totals.trend(name, filter);
  return trend === undefined || trend.count === 0 ? undefined : aggregate(trend, aggregation);
}

function aggregate(trend: Trend, aggregation: ThresholdAggregation): number | undefined {
  switch (aggregation.kind) {
    case 'quantile':
      return trend.quantile(aggregation.quantile);
    case 'rate':
      return undefined;
    default:
      return trend[aggregation.kind];
  }
}

function counterValue(
  totals: ThresholdTotals,
  name: CounterName,
  filter: LabelFilter,
  aggregation: ThresholdAggregation,
  durationMs: number,
): number | undefined {
  if (totals.groups(filter).length === 0) return undefined;
  const count = totals.figures(filter).counters[name] ?? 0;
  if (aggregation.kind === 'count') return count;
  return durationMs > 0 ? (count * 1000) / durationMs : undefined;
}
