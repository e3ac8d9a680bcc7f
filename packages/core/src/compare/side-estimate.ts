import type { Random } from '../load/random.ts';
import { ratioDefinitions } from '../metrics/ratio-definitions.ts';
import type { MetricSummary } from '../report/report.ts';
import { sampleFloor } from '../report/sample-floor.ts';
import { quantileOf } from './compared-figure.ts';
import type { ComparedFigure } from './compared-figure.ts';
import type { Measured } from './difference.ts';
import { PooledValues } from './pooled-values.ts';

/** What the runs of one side say about a figure. */
export interface SideEstimate {
  /** Over all runs together. */
  readonly value: number;
  /** Of each run. */
  readonly runValues: readonly number[];
  /** A value that the same runs might have had, had other requests been drawn; `null` where nothing says how it varies. */
  readonly draw: ((random: Random) => number) | null;
  /** Why nothing may be concluded from it, where that is so: `has 12 values, p95 needs 130`. */
  readonly lack: string | null;
}

/** Fewest values for a mean to be near its normal law. */
const meanFloor = 30;

/** Metrics with several values for one request. They follow each other, so a request counts as one. */
const manyPerRequest: readonly string[] = ['icl', 'itl'];

/** What the runs of a side say about a figure; `null` where none of them has it. */
export function sideEstimate(figure: ComparedFigure, runs: readonly Measured[]): SideEstimate | null {
  if (figure.kind === 'trend') return trendEstimate(figure, runs);
  if (figure.kind === 'ratio') return ratioEstimate(figure.ratio, runs);
  const values = runs.flatMap((run) => singleValue(figure.single, run) ?? []);
  if (values.length === 0) return null;
  return { value: meanOf(values), runValues: values, draw: null, lack: null };
}

type TrendFigure = Extract<ComparedFigure, { readonly kind: 'trend' }>;

function trendEstimate({ trend, statistic }: TrendFigure, all: readonly Measured[]): SideEstimate | null {
  const runs = all.filter((run) => run.metrics[trend] !== undefined);
  const summaries = runs.map((run) => run.metrics[trend]!);
  if (summaries.length === 0) return null;
  const counts = runs.map((run, index) => effectiveCount(trend, run, summaries[index]!));
  const count = sumOf(counts);
  const runValues = summaries.map((summary) => summary[statistic]);
  if (statistic === 'mean') {
    const { mean, std } = pooledMoments(summaries);
    const error = std / Math.sqrt(count);
    return {
      value: mean,
      runValues,
      draw: (random) => mean + error * random.normal(),
      lack: lackOf(count, meanFloor, 'a mean'),
    };
  }
  const quantile = quantileOf[statistic];
  const encoded = runs.flatMap((run) => run.distributions?.[trend] ?? []);
  if (encoded.length < runs.length) {
    return {
      value: meanOf(runValues),
      runValues,
      draw: null,
      lack: 'comes from a version that kept no distributions',
    };
  }
  const values = new PooledValues(encoded);
  return {
    value: runs.length === 1 ? runValues[0]! : values.valueAt(quantile),
    runValues,
    draw: quantileDraw(values, quantile, count),
    lack: lackOf(count, sampleFloor(Math.max(quantile, 1 - quantile)), statistic),
  };
}

/**
 * A sample quantile's bootstrap distribution without resampling: of n values drawn anew, the one of rank k lies where a share
 * of Beta(k, n - k + 1) of the old ones lies below.
 */
function quantileDraw(values: PooledValues, quantile: number, count: number): (random: Random) => number {
  const rank = Math.max(1, Math.ceil(quantile * count));
  return (random) => values.valueAt(beta(random, rank, count - rank + 1));
}

function ratioEstimate(name: string, runs: readonly Measured[]): SideEstimate | null {
  const shares = runs.flatMap((run) => shareOf(name, run) ?? []);
  const whole = sumOf(shares.map((share) => share.whole));
  if (whole === 0) return null;
  const part = sumOf(shares.map((share) => share.part));
  return {
    value: part / whole,
    runValues: shares.map((share) => share.part / share.whole),
    // Jeffreys' law: above 0 where nothing was counted, about 2.5 / n at its upper end.
    draw: (random) => beta(random, part + 0.5, whole - part + 0.5),
    lack: null,
  };
}

interface Share {
  readonly part: number;
  readonly whole: number;
}

function shareOf(name: string, { accounting, throughput }: Measured): Share | null {
  if (name === 'goodput') {
    const goodput = throughput?.goodput_ratio ?? null;
    return goodput === null ? null : { part: goodput * accounting.scheduled, whole: accounting.scheduled };
  }
  const whole = name === 'errors' ? accounting.completed + accounting.failed : accounting.scheduled;
  const ratio = ratioDefinitions.find((row) => row.name === name)?.ratio({ accounting, counters: {} });
  return ratio === undefined || whole === 0 ? null : { part: ratio * whole, whole };
}

function singleValue(
  name: Extract<ComparedFigure, { readonly kind: 'single' }>['single'],
  { cost, throughput }: Measured,
): number | null {
  return name === 'per_request_usd' ? (cost?.per_request_usd ?? null) : (throughput?.[name] ?? null);
}

function effectiveCount(trend: string, { accounting }: Measured, { count }: MetricSummary): number {
  return manyPerRequest.includes(trend) ? Math.min(count, accounting.completed) : count;
}

/** Mean and standard deviation of all values of several runs. */
function pooledMoments(summaries: readonly MetricSummary[]): { readonly mean: number; readonly std: number } {
  const count = sumOf(summaries.map((run) => run.count));
  const mean = sumOf(summaries.map((run) => run.count * run.mean)) / count;
  const squares = sumOf(summaries.map((run) => run.count * (run.std ** 2 + (run.mean - mean) ** 2)));
  return { mean, std: Math.sqrt(squares / count) };
}

function lackOf(count: number, floor: number, what: string): string | null {
  return count >= floor ? null : `has ${count} values, ${what} needs ${floor}`;
}

/** Beta by two gammas; both parameters above 0. */
function beta(random: Random, first: number, second: number): number {
  const part = random.gamma(first);
  return part / (part + random.gamma(second));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}
