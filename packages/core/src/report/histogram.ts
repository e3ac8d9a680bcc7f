import type { Trend } from '../metrics/trend.ts';
import type { Histogram, HistogramRow } from './report.ts';

const mostRows = 15;
/** From this ratio of largest to smallest value on, rows of equal width would put nearly everything in one. */
const logFromRatio = 5;
/** A spread below this share of the largest value, or this many units, is not worth rows: values have 3 digits and steps of 0.001. */
const negligibleSpread = { share: 0.01, absolute: 0.01 };
/** The smallest value that a log scale starts from. */
const smallest = 0.001;

const linearSteps = [1, 2, 2.5, 5];
/** Edges within a decade, from fine to coarse. */
const logEdges = [[1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1]];

/**
 * Rows with round edges for a distribution: of equal width, or log where it spans more than a factor of 5. Values that
 * are (nearly) all equal give one row from the smallest to the largest. Undefined without values.
 */
export function histogramOf(trend: Trend, unit: string): Histogram | undefined {
  if (trend.count === 0) return undefined;
  const { min, max } = trend;
  if (max - min <= Math.max(negligibleSpread.absolute, max * negligibleSpread.share)) {
    return { unit, scale: 'linear', rows: [{ from: min, to: max, count: trend.count }] };
  }
  const scale = max > logFromRatio * min ? 'log' : 'linear';
  const edges = scale === 'log' ? logarithmicEdges(min, max) : linearEdges(min, max);
  return { unit, scale, rows: fill(edges, trend) };
}

function linearEdges(min: number, max: number): number[] {
  const least = (max - min) / (mostRows - 1);
  const decade = 10 ** Math.floor(Math.log10(least));
  const factor = linearSteps.find((candidate) => candidate * decade >= least) ?? 10;
  const step = factor * decade;
  const first = Math.floor(min / step);
  const last = Math.max(Math.ceil(max / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step));
}

function logarithmicEdges(min: number, max: number): number[] {
  const low = Math.max(min, smallest);
  const candidates = logEdges.map((inDecade) => edgesBetween(inDecade, low, max));
  const edges = candidates.find((candidate) => candidate.length <= mostRows + 1) ?? candidates.at(-1) ?? [];
  return min < low ? [0, ...edges.slice(1)] : edges;
}

/** The last edge at or below `low`, all edges after it, the first at or above `high`. */
function edgesBetween(inDecade: readonly number[], low: number, high: number): number[] {
  const edges: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); 10 ** exponent < high * 10; exponent++) {
    edges.push(...inDecade.map((edge) => tidy(edge * 10 ** exponent)));
  }
  const first = Math.max(
    0,
    edges.findLastIndex((edge) => edge <= low),
  );
  const last = edges.findIndex((edge) => edge >= high);
  return edges.slice(first, last === -1 ? undefined : last + 1);
}

/** Takes the noise of binary fractions off an edge. */
function tidy(edge: number): number {
  return Number(edge.toPrecision(10));
}

/** A bucket that an edge lies in counts above it: round values, which are often equal to an edge, come out right. */
function fill(edges: readonly number[], trend: Trend): HistogramRow[] {
  const counts = Array.from({ length: edges.length - 1 }, () => 0);
  let row = 0;
  for (const { to, count } of trend.buckets()) {
    while (row < counts.length - 1 && to > (edges[row + 1] ?? Infinity)) row++;
    counts[row] = (counts[row] ?? 0) + count;
  }
  return counts.map((count, index) => ({ from: edges[index] ?? 0, to: edges[index + 1] ?? 0, count }));
}
