import { costOfGroups, nanoUsdPerUsd } from '@tokenstorm/core';
import type { LabelFilter, PriceOf, ThresholdTotals, TrendName } from '@tokenstorm/core';

/** What is known of the calls of some time. What has no data is `null`. */
export interface WindowFigures {
  readonly calls: number;
  readonly failed: number;
  /** 0..1, of the calls that ended by themselves. */
  readonly success_rate: number | null;
  readonly ttft_ms: Percentiles | null;
  readonly total_ms: Percentiles | null;
  /** Of one answer, after its first token. */
  readonly output_tokens_per_second: Percentiles | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** Of the completed calls; `null` where a price is missing. */
  readonly cost_usd: number | null;
  /** Failed calls by kind. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Mean and percentiles of one figure, in its unit. */
export interface Percentiles {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

/** The distributions that figures are made of. */
export const figureTrends: ReadonlySet<TrendName> = new Set(['ttft', 'e2e', 'output_tokens_per_second']);

/** The figures of a sum, or of the part of it with these labels. */
export function windowFigures(
  totals: ThresholdTotals,
  priceOf: PriceOf,
  filter: LabelFilter = {},
): WindowFigures {
  const { accounting, counters, errors } = totals.figures(filter);
  const { completed, failed, cancelled } = accounting;
  const ended = completed + failed;
  const nanoUsd = costOfGroups(totals.groups(filter), priceOf);
  return {
    calls: ended + cancelled,
    failed,
    success_rate: ended === 0 ? null : completed / ended,
    ttft_ms: percentiles(totals, 'ttft', filter),
    total_ms: percentiles(totals, 'e2e', filter),
    output_tokens_per_second: percentiles(totals, 'output_tokens_per_second', filter),
    input_tokens: counters.input_tokens ?? 0,
    output_tokens: counters.output_tokens ?? 0,
    cost_usd: nanoUsd === undefined ? null : nanoUsd / nanoUsdPerUsd,
    errors: Object.fromEntries(
      Object.entries(errors).map(([kind, count]) => [kind.replaceAll('-', '_'), count]),
    ),
  };
}

function percentiles(totals: ThresholdTotals, name: TrendName, filter: LabelFilter): Percentiles | null {
  const trend = totals.trend(name, filter);
  if (trend === undefined || trend.count === 0) return null;
  const at = (quantile: number) => rounded(trend.quantile(quantile));
  return { mean: rounded(trend.mean), p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

/** To the microsecond. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
