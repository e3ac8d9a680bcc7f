import type { MetricSummary } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { binned, histogramBins } from './buckets.ts';

/** A summary with these figures; the others are of no account here. */
const summary = (count: number, min: number, p50: number, max: number): MetricSummary => ({
  unit: 'ms',
  count,
  min,
  mean: p50,
  std: 0,
  p1: min,
  p5: min,
  p50,
  p75: p50,
  p90: max,
  p95: max,
  p99: max,
  p999: max,
  max,
});

/** One value in each whole millisecond of `from` to `to`. */
const even = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ from: from + index, to: from + index + 1, count: 1 }));

describe('the bins of a distribution', () => {
  it('have round edges of equal distance, and hold every value', () => {
    // 400 values ask for 2 x sqrt(400) = 40 bins: 300 / 38 = 7.9, and 10 is the next round step.
    const bins = binned(even(100, 400), summary(400, 100, 250, 400));
    expect(bins.isLog).toBe(false);
    expect(bins.edges).toEqual(Array.from({ length: 31 }, (_, index) => 100 + 10 * index));
    expect(bins.counts).toEqual(Array.from({ length: 30 }, () => 10));
  });

  it('are few for few values', () => {
    const { counts } = binned(even(10, 14), summary(4, 10, 12, 14));
    expect(counts.length).toBeLessThanOrEqual(12);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it('grow by one factor where the largest value is far from the median', () => {
    const buckets = [...even(10, 20), { from: 900, to: 1000, count: 5 }];
    const { edges, counts, isLog } = binned(buckets, summary(15, 10, 15, 1000));
    expect(isLog).toBe(true);
    const factors = edges.slice(1).map((edge, index) => edge / edges[index]!);
    expect(Math.max(...factors) - Math.min(...factors)).toBeLessThan(0.001);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(15);
    expect([edges[0], counts.at(-1)]).toEqual([10, 5]);
  });

  it('hold values of 0 on a logarithmic axis in the first one', () => {
    const buckets = [
      { from: 0, to: 0.001, count: 7 },
      { from: 8, to: 8.1, count: 90 },
      { from: 99, to: 100, count: 3 },
    ];
    const { edges, counts, isLog } = binned(buckets, summary(100, 0, 8, 100));
    expect([isLog, counts[0], edges[0]]).toEqual([true, 7, 0.08]);
  });

  it('are those of the report where it has no whole distribution', () => {
    const rows = [
      { from: 1, to: 2, count: 3 },
      { from: 2, to: 4, count: 5 },
    ];
    expect(histogramBins({ unit: 'ms', scale: 'log', rows })).toEqual({
      edges: [1, 2, 4],
      counts: [3, 5],
      isLog: true,
    });
  });
});
