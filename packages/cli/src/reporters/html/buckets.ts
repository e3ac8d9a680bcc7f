import type { Histogram, HistogramBucket, MetricSummary } from '@tokenstorm/core';

/** Counts of values between ascending edges; one edge more than counts. */
export interface Bins {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly isLog: boolean;
}

const most = 60;
const fewest = 12;

/** Values whose largest is more than so many times their median are shown on a logarithmic axis. */
const logFrom = 8;

/**
 * Up to 60 bins that hold all values of a distribution, the more the more values there are, of equal width on a linear or a
 * logarithmic axis. The first logarithmic one begins at a hundredth of the median at the earliest, and holds what lies
 * below it too.
 */
export function binned(buckets: readonly HistogramBucket[], summary: MetricSummary): Bins {
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return { edges: [], counts: [], isLog: false };
  const least = Math.max(first.from, summary.p50 / 100, 0.001);
  const isLog = summary.max > logFrom * Math.max(summary.p50, 0.001);
  const wanted = Math.min(most, Math.max(fewest, Math.round(2 * Math.sqrt(summary.count))));
  const edges = isLog ? logEdges(least, last.to, wanted) : linearEdges(first.from, last.to, wanted);
  const counts = edges.slice(1).map(() => 0);
  let bin = 0;
  for (const { from, to, count } of buckets) {
    const middle = Math.min(Math.max((from + to) / 2, summary.min), summary.max);
    while (bin < counts.length - 1 && middle >= edges[bin + 1]!) bin++;
    counts[bin]! += count;
  }
  return { edges, counts, isLog };
}

/** The bins of a histogram that is in the report as it is. */
export function histogramBins({ rows, scale }: Histogram): Bins {
  const edges = rows.length === 0 ? [] : [rows[0]!.from, ...rows.map(({ to }) => to)];
  const isLog = scale === 'log' && (edges[0] ?? 0) > 0;
  return { edges, counts: rows.map(({ count }) => count), isLog };
}

/** Round edges, 1, 2 or 5 times a power of ten apart. */
function linearEdges(from: number, to: number, atMost: number): number[] {
  const step = roundStep(Math.max(to - from, 0.001) / (atMost - 2));
  const start = Math.floor(from / step);
  const count = Math.max(1, Math.ceil(to / step) - start);
  return Array.from({ length: count + 1 }, (_, index) => exact((start + index) * step));
}

function logEdges(from: number, to: number, count: number): number[] {
  const factor = (to / from) ** (1 / count);
  return Array.from({ length: count + 1 }, (_, index) => exact(from * factor ** index));
}

function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return exact(power * ([1, 2, 5].find((step) => step * power >= atLeast) ?? 10));
}

/** Less the noise of binary fractions. */
function exact(value: number): number {
  return Number(value.toPrecision(6));
}
