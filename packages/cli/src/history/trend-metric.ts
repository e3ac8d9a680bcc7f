import { TokenstormError, didYouMean, ratioDefinitions, trendDefinitions } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';

/** A figure of a report that is followed from run to run. */
export interface TrendMetric {
  /** `ttft.p95`, `errors`. */
  readonly name: string;
  /** `ms`, `usd`, …; `ratio` for shares (0..1), empty for counts. */
  readonly unit: string;
  /** `null` where a run has none. */
  valueIn(report: Report): number | null;
}

type Figure = Omit<TrendMetric, 'name'>;

const statistics = [
  'min',
  'mean',
  'std',
  'p1',
  'p5',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
  'p999',
  'max',
] as const;

const figures: Readonly<Record<string, Figure>> = {
  errors: shareOfRequests('errors'),
  goodput: { unit: 'ratio', valueIn: ({ throughput }) => throughput.goodput_ratio },
  dropped: shareOfRequests('dropped'),
  lost: shareOfRequests('lost'),
  requests: { unit: '', valueIn: ({ accounting }) => accounting.scheduled },
  requests_per_second: { unit: '1/s', valueIn: ({ throughput }) => throughput.requests_per_second },
  output_tokens_per_second: {
    unit: 'tokens/s',
    valueIn: ({ throughput }) => throughput.output_tokens_per_second,
  },
  cost_usd: { unit: 'usd', valueIn: ({ cost }) => cost?.total_usd ?? null },
  duration: { unit: 's', valueIn: ({ run }) => run.duration_s },
};

/** Names of everything that can be followed, for completion. */
export const trendMetricNames: readonly string[] = [
  ...trendDefinitions.flatMap(({ name }) => ['mean', 'p50', 'p95', 'p99'].map((some) => `${name}.${some}`)),
  ...Object.keys(figures),
];

/** The figure of that name: `METRIC.STATISTIC`, or one of a whole run. Throws `E_USAGE` where there is none. */
export function trendMetric(name: string): TrendMetric {
  const figure = Object.hasOwn(figures, name) ? figures[name] : undefined;
  if (figure !== undefined) return { name, ...figure };
  const [metric = '', statistic = 'p95', ...rest] = name.split('.');
  const trend = trendDefinitions.find((definition) => definition.name === metric);
  const chosen = statistics.find((some) => some === statistic);
  if (trend === undefined || rest.length > 0) {
    const hint = didYouMean(metric, [...trendDefinitions.map((some) => some.name), ...Object.keys(figures)]);
    throw new TokenstormError('E_USAGE', `--metric ${name}: there is no metric ${metric}`, {
      hint: hint ?? '',
    });
  }
  if (chosen === undefined) {
    const hint = `statistics: ${statistics.join(', ')}`;
    throw new TokenstormError('E_USAGE', `--metric ${name}: there is no statistic ${statistic}`, { hint });
  }
  return {
    name: `${metric}.${statistic}`,
    unit: trend.unit,
    valueIn: ({ metrics }) => metrics[trend.name]?.[chosen] ?? null,
  };
}

/** A ratio that the accounting alone tells. */
function shareOfRequests(name: 'errors' | 'dropped' | 'lost'): Figure {
  const definition = ratioDefinitions.find((row) => row.name === name);
  return {
    unit: 'ratio',
    valueIn: ({ accounting }) => definition?.ratio({ accounting, counters: {} }) ?? null,
  };
}
