import { nanoUsdPerUsd } from '../cost/cost-of.ts';
import { costOfGroups } from '../cost/group-cost.ts';
import type { PriceOf } from '../cost/price.ts';
import type { TrendName } from '../metrics/definitions.ts';
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
 * is evaluated on the totals of that window. A cost is known by the prices, and unknown where one of them is missing. `aborted` is false: whoever stops the run because of it sets it.
 */
export function evaluateThreshold(
  threshold: ParsedThreshold,
  totals: ThresholdTotals,
  durationMs: number,
  priceOf: PriceOf = () => undefined,
): ThresholdResult {
  const measured = measure(threshold, totals, durationMs, priceOf);
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
  priceOf: PriceOf,
): number | undefined {
  const { definition, aggregation } = threshold;
  const filter: LabelFilter = { ...threshold.tags, phase: 'main' };
  if (definition.kind === 'trend') return trendValue(totals, definition.name, filter, aggregation);
  if (definition.kind === 'ratio') return definition.ratio(totals.figures(filter));
  if (totals.groups(filter).length === 0) return undefined;
  const sum =
    definition.kind === 'cost'
      ? costInUsd(totals, filter, priceOf)
      : (totals.figures(filter).counters[definition.name] ?? 0);
  if (sum === undefined || aggregation.kind === 'count') return sum;
  return durationMs > 0 ? (sum * 1000) / durationMs : undefined;
}

function costInUsd(totals: ThresholdTotals, filter: LabelFilter, priceOf: PriceOf): number | undefined {
  const nanoUsd = costOfGroups(totals.groups(filter), priceOf);
  return nanoUsd === undefined ? undefined : nanoUsd / nanoUsdPerUsd;
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
