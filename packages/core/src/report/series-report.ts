import type { SeriesSum } from '../metrics/series-totals.ts';
import type { SeriesLabels } from '../metrics/snapshot.ts';
import type { Trend } from '../metrics/trend.ts';
import { trendDefinitions } from '../metrics/trend-definitions.ts';
import type { TrendName } from '../metrics/trend-definitions.ts';
import { histogramOf } from './histogram.ts';
import type { GroupLabels, MetricSummaries, Report, Throughput, TokenTotals } from './report.ts';

type Trends = ReadonlyMap<TrendName, Trend>;

/** A summary for each distribution that has data, or for those named. */
export function metricSummaries(trends: Trends, names?: readonly TrendName[]): MetricSummaries {
  const entries = trendDefinitions.flatMap(({ name, unit }) => {
    const trend = trends.get(name);
    const wanted = names === undefined || names.includes(name);
    return trend === undefined || trend.count === 0 || !wanted ? [] : [[name, trend.summary(unit)] as const];
  });
  return Object.fromEntries(entries);
}

/** The histograms that a report carries, where there are data. */
export function histograms(trends: Trends): Report['histograms'] {
  const entries = (['ttft', 'e2e'] as const).flatMap((name) => {
    const trend = trends.get(name);
    const histogram = trend === undefined ? undefined : histogramOf(trend, 'ms');
    return histogram === undefined ? [] : [[name, histogram] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * Tokens of the completed requests, as far as their providers (or the estimate) tell. A sum of 0 is `null`: whether a
 * provider said 0 or nothing is not told apart.
 */
export function tokenTotals({ accounting, counters }: SeriesSum): TokenTotals {
  return {
    input: counters.input_tokens || null,
    output: accounting.completed === 0 ? null : (counters.output_tokens ?? 0),
    reasoning: counters.reasoning_tokens || null,
    cached_input: counters.cached_input_tokens || null,
    source: tokenSource({ accounting, counters }),
  };
}

function tokenSource({
  accounting,
  counters,
}: Pick<SeriesSum, 'accounting' | 'counters'>): TokenTotals['source'] {
  const provider = counters.tokens_from_provider ?? 0;
  const estimated = counters.tokens_estimated ?? 0;
  const tokenizer = accounting.completed - provider - estimated;
  const present = (
    [
      ['provider', provider],
      ['tokenizer', tokenizer],
      ['estimated', estimated],
    ] as const
  ).filter(([, count]) => count > 0);
  const [first] = present;
  return first === undefined ? null : present.length > 1 ? 'mixed' : first[0];
}

/** What the run got done per second, and how well; `null` where there was no time, or no SLO. */
export function throughputOf(
  { accounting, counters }: SeriesSum,
  { measuredSeconds, hasSlo }: { readonly measuredSeconds: number; readonly hasSlo: boolean },
): Throughput {
  const perSecond = (sum: number | undefined) => (measuredSeconds > 0 ? (sum ?? 0) / measuredSeconds : null);
  return {
    requests_per_second: perSecond(counters.window_completed),
    output_tokens_per_second: perSecond(counters.window_output_tokens),
    goodput_ratio: hasSlo && accounting.scheduled > 0 ? (counters.good ?? 0) / accounting.scheduled : null,
  };
}

/** The labels of a series less its phase. */
export function groupLabels({ provider, model, scenario, region }: SeriesLabels): GroupLabels {
  return { provider, model, scenario, region };
}
