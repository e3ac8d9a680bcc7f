import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenstormError } from '../errors.ts';
import { Trend } from './trend.ts';

const latencies = fc.array(fc.double({ min: 0, max: 3_600_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

function trendOf(values: readonly number[]): Trend {
  const trend = new Trend();
  trend.recordAll(values);
  return trend;
}

describe('Trend', () => {
  it('summarises what was recorded', () => {
    // Mean 5, deviations 3 1 1 1 0 0 2 4: squares 32, / 8 = 4, root 2. Percentiles are the highest values of their
    // buckets: 4 ms is 4,000 us, in a bucket 2 us wide; 5 ms in one of 4 us (4,096 .. 8,191 us).
    expect(trendOf([2, 4, 4, 4, 5, 5, 7, 9]).summary('ms')).toEqual({
      unit: 'ms',
      count: 8,
      min: 2,
      mean: 5,
      std: 2,
      p1: 2,
      p5: 2,
      p50: 4.001,
      p75: 5.003,
      p90: 9,
      p95: 9,
      p99: 9,
      p999: 9,
      max: 9,
    });
  });

  it('has percentiles within 0.1 % of the exact ones (or half a microsecond), inside min and max', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0, max: 1, noNaN: true }), (values, quantile) => {
        const sorted = values.toSorted((a, b) => a - b);
        const rank = Math.max(Math.ceil(quantile * values.length - 1e-9), 1);
        const exact = sorted[rank - 1]!;
        const measured = trendOf(values).quantile(quantile);
        expect(Math.abs(measured - exact)).toBeLessThanOrEqual(Math.max(exact * 0.001, 0.000_500_1));
        expect(measured).toBeGreaterThanOrEqual(sorted[0]!);
        expect(measured).toBeLessThanOrEqual(sorted.at(-1)!);
      }),
      { numRuns: 1000, seed: 5 },
    );
  });

  it('is exact at the ends, also for values beyond one hour', () => {
    const trend = trendOf([0.0004, 5_000_000]);
    expect([trend.min, trend.quantile(0), trend.max, trend.quantile(1)]).toEqual([0.0004, 0.0004, 5e6, 5e6]);
    expect(trend.quantile(0.99)).toBeGreaterThan(3_598_000);
  });

  it('has no deviation where all values are equal', () => {
    expect(trendOf(Array<number>(1000).fill(20.1)).standardDeviation).toBe(0);
  });

  it('says nothing, rather than 0, without data', () => {
    const empty = new Trend();
    const expected = {
      unit: 'ms',
      count: 0,
      min: null,
      mean: null,
      std: null,
      p1: null,
      p5: null,
      p50: null,
    };
    expect(JSON.parse(JSON.stringify(empty.summary('ms')))).toMatchObject(expected);
    expect(empty.quantile(0.5)).toBeNaN();
    expect([...empty.buckets()]).toEqual([]);
  });

  it('refuses what is no number', () => {
    const trend = new Trend();
    expect(() => trend.record(NaN)).toThrow(TokenstormError);
    expect(() => trend.recordAll([Infinity])).toThrow(TokenstormError);
    expect(trend.count).toBe(0);
  });

  it('counts a value many times as if it had come so often', () => {
    fc.assert(
      fc.property(
        latencies,
        fc.double({ min: 0, max: 3_600_000, noNaN: true }),
        fc.nat(50),
        (values, value, count) => {
          const weighted = trendOf(values);
          weighted.recordMany(value, count);
          const repeated = trendOf([...values, ...Array<number>(count).fill(value)]);
          expect([...weighted.buckets()]).toEqual([...repeated.buckets()]);
          expect([weighted.min, weighted.max, weighted.count]).toEqual([
            repeated.min,
            repeated.max,
            repeated.count,
          ]);
          expect(weighted.mean / repeated.mean || 1).toBeCloseTo(1, 9);
          expect(weighted.encode().sumOfSquares / repeated.encode().sumOfSquares || 1).toBeCloseTo(1, 9);
        },
      ),
      { numRuns: 200, seed: 7 },
    );
    expect(() => new Trend().recordMany(NaN, 2)).toThrow(TokenstormError);
  });

  it('gives its buckets in the unit of the metric', () => {
    expect([...trendOf([0.002, 0.002, 3]).buckets()]).toEqual([
      { from: 0.002, to: 0.003, count: 2 },
      { from: 3, to: 3.002, count: 1 },
    ]);
  });

  it('is the same merged from encodings, added or recorded at once, in any order', () => {
    fc.assert(
      fc.property(latencies, latencies, (left, right) => {
        const whole = trendOf([...left, ...right]);
        const merged = trendOf(right);
        merged.merge(trendOf(left).encode());
        const added = trendOf(left);
        added.add(trendOf(right));
        for (const trend of [merged, added]) {
          expect([...trend.buckets()]).toEqual([...whole.buckets()]);
          expect([trend.min, trend.max, trend.count]).toEqual([whole.min, whole.max, whole.count]);
          expect(trend.sum / whole.sum || 1).toBeCloseTo(1, 9);
          expect(trend.encode().sumOfSquares / whole.encode().sumOfSquares || 1).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 200, seed: 6 },
    );
  });

  it('merges with an empty one', () => {
    const trend = trendOf([5]);
    trend.merge(new Trend().encode());
    trend.add(new Trend());
    expect([trend.count, trend.min, trend.max]).toEqual([1, 5, 5]);
    const empty = new Trend();
    empty.merge(trend.encode());
    expect([empty.count, empty.min, empty.max, empty.mean]).toEqual([1, 5, 5, 5]);
  });

  it('refuses an encoding whose histogram does not hold its count, and is unchanged', () => {
    const trend = trendOf([5]);
    expect(() => trend.merge({ ...trendOf([6, 7]).encode(), count: 3 })).toThrow(TokenstormError);
    expect([trend.count, trend.max]).toEqual([1, 5]);
  });

  it('starts anew after a reset', () => {
    const trend = trendOf([5, 6]);
    trend.reset();
    trend.record(1);
    expect(trend.summary('ms')).toMatchObject({ count: 1, min: 1, max: 1, mean: 1, std: 0, p50: 1 });
  });
});
