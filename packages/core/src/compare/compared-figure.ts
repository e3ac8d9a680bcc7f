import { findMetric } from '../metrics/definitions.ts';
import type { RatioName } from '../metrics/ratio-definitions.ts';
import type { TrendName } from '../metrics/trend-definitions.ts';
import { distributionNames } from '../report/distributions.ts';

/** A statistic of a distribution as it is named in a report, a limit, or after a metric's dot. */
export type StatisticName = 'mean' | 'p1' | 'p5' | 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | 'p999';

/** One figure that two sides can be compared by. */
export type ComparedFigure = FigureFacts & (TrendFigure | RatioFigure | SingleFigure);

interface FigureFacts {
  /** `ttft.p95`, `errors`, `throughput.requests_per_second`. */
  readonly name: string;
  /** Of its values. */
  readonly unit: string;
  /** Whether more of it is better (a rate of tokens) or worse (a latency). */
  readonly better: 'higher' | 'lower';
}

/** A statistic of a metric's distribution. */
interface TrendFigure {
  readonly kind: 'trend';
  readonly trend: TrendName;
  readonly statistic: StatisticName;
}

/** A share of requests. */
interface RatioFigure {
  readonly kind: 'ratio';
  readonly ratio: RatioName;
}

/** A number that a run has only one of: nothing in one run says how much it varies. */
interface SingleFigure {
  readonly kind: 'single';
  readonly single: SingleName;
}

type SingleName = 'requests_per_second' | 'output_tokens_per_second' | 'per_request_usd';

/** The quantile, 0..1, of each statistic that is one. */
export const quantileOf = {
  p1: 0.01,
  p5: 0.05,
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  p999: 0.999,
} as const satisfies Readonly<Partial<Record<StatisticName, number>>>;

const statistics = ['mean', ...Object.keys(quantileOf)] as readonly StatisticName[];

/** Every figure that can be compared, in the order of a report. */
export const comparedFigures: readonly ComparedFigure[] = [
  ...distributionNames.flatMap((trend) => statistics.map((statistic) => trendFigure(trend, statistic))),
  single('throughput.requests_per_second', 'requests/s', 'higher', 'requests_per_second'),
  single('throughput.output_tokens_per_second', 'tokens/s', 'higher', 'output_tokens_per_second'),
  ratio('errors', 'lower'),
  ratio('goodput', 'higher'),
  ratio('dropped', 'lower'),
  ratio('lost', 'lower'),
  single('cost.per_request_usd', 'usd', 'lower', 'per_request_usd'),
];

/** What is compared where nobody says what: the figures most looked at. */
export const defaultFigures: readonly string[] = [
  ...['ttft', 'tpot', 'icl', 'e2e', 'e2e_corrected'].flatMap((metric) =>
    ['mean', 'p50', 'p95', 'p99'].map((statistic) => `${metric}.${statistic}`),
  ),
  'output_tokens_per_second.p50',
  ...comparedFigures.filter(({ kind }) => kind !== 'trend').map(({ name }) => name),
];

const figuresByName = new Map(comparedFigures.map((figure) => [figure.name, figure]));

/** The figure of that name, if there is one. */
export function findFigure(name: string): ComparedFigure | undefined {
  return figuresByName.get(name);
}

function trendFigure(trend: TrendName, statistic: StatisticName): ComparedFigure {
  const unit = findMetric(trend)?.unit ?? 'ms';
  const better = trend === 'output_tokens_per_second' ? 'higher' : 'lower';
  return { kind: 'trend', name: `${trend}.${statistic}`, unit, better, trend, statistic };
}

function ratio(name: RatioName, better: ComparedFigure['better']): ComparedFigure {
  return { kind: 'ratio', name, unit: 'ratio', better, ratio: name };
}

function single(
  name: string,
  unit: string,
  better: ComparedFigure['better'],
  field: SingleName,
): ComparedFigure {
  return { kind: 'single', name, unit, better, single: field };
}
