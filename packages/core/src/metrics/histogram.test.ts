import * as fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { HdrHistogram, highestTrackableValue } from './histogram.ts';

const oracleRange = {
  bitBucketSize: 64,
  autoResize: false,
  lowestDiscernibleValue: 1,
  highestTrackableValue,
  numberOfSignificantValueDigits: 3,
} as const;

/** Values of every magnitude, the powers of two and their neighbours among them. */
const values = fc.oneof(
  fc.integer({ min: 0, max: 4096 }),
  fc.integer({ min: 0, max: highestTrackableValue }),
  fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: -1, max: 1 })).map(([exponent, offset]) => {
    return Math.max(2 ** exponent + offset, 0);
  }),
);

describe('HdrHistogram', () => {
  it('gives what hdr-histogram-js gives at every percentile', () => {
    const percentiles = [0, 0.1, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(values, fc.integer({ min: 1, max: 1000 })), { maxLength: 60 }),
        (entries) => {
          const ours = new HdrHistogram();
          const theirs = build(oracleRange);
          for (const [value, count] of entries) {
            ours.recordMany(value, count);
            theirs.recordValueWithCount(value, count);
          }
          expect(ours.totalCount).toBe(theirs.totalCount);
          const expected = percentiles.map((percentile) => theirs.getValueAtPercentile(percentile));
          expect(percentiles.map((percentile) => ours.valueAtQuantile(percentile / 100))).toEqual(expected);
          expect(ours.valuesAtQuantiles(percentiles.map((percentile) => percentile / 100))).toEqual(expected);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it('counts what is out of range at the ends', () => {
    const histogram = new HdrHistogram();
    histogram.record(-5);
    histogram.record(NaN);
    histogram.record(1e12);
    histogram.record(highestTrackableValue);
    // 3,600,000,000 lies in a bucket of 2^21: 1716 x 2^21 = 3,598,712,832 up to 3,600,809,984.
    expect([...histogram.buckets()]).toEqual([
      { from: 0, to: 1, count: 2 },
      { from: 3_598_712_832, to: 3_600_809_984, count: 2 },
    ]);
  });

  it('puts neighbours into one bucket only from 2,048 on', () => {
    const histogram = new HdrHistogram();
    for (const value of [2046, 2047, 2048, 2049, 2050, 4096, 4099]) histogram.record(value);
    expect([...histogram.buckets()]).toEqual([
      { from: 2046, to: 2047, count: 1 },
      { from: 2047, to: 2048, count: 1 },
      { from: 2048, to: 2050, count: 2 },
      { from: 2050, to: 2052, count: 1 },
      { from: 4096, to: 4100, count: 2 },
    ]);
  });

  it('is exact beyond 32 bits, recorded or added', () => {
    const histogram = new HdrHistogram();
    histogram.recordMany(7, 4_294_967_295);
    histogram.record(7);
    histogram.record(8);
    const sum = new HdrHistogram();
    sum.recordMany(7, 4_294_967_290);
    sum.add(histogram);
    expect([...histogram.buckets()].map(({ count }) => count)).toEqual([4_294_967_296, 1]);
    expect([...sum.buckets()].map(({ count }) => count)).toEqual([8_589_934_586, 1]);
    expect(sum.totalCount).toBe(8_589_934_587);
  });

  it('doubles when added to itself and copies when added to an empty one', () => {
    const histogram = new HdrHistogram();
    histogram.recordMany(3_000_000, 5);
    const copy = new HdrHistogram();
    copy.add(histogram);
    histogram.add(histogram);
    expect([copy.totalCount, histogram.totalCount]).toEqual([5, 10]);
    expect([...copy.buckets()][0]?.count).toBe(5);
    expect([...histogram.buckets()][0]?.count).toBe(10);
  });

  it('takes memory only for the magnitudes it holds, and keeps it over a reset', () => {
    const histogram = new HdrHistogram();
    histogram.record(100);
    histogram.record(300_000);
    expect(histogram.segments.filter((segment) => segment !== undefined)).toHaveLength(2);
    histogram.reset();
    expect(histogram.segments.filter((segment) => segment !== undefined)).toHaveLength(2);
    expect([histogram.totalCount, histogram.valueAtQuantile(0.5), ...histogram.buckets()]).toEqual([0, 0]);
  });
});
