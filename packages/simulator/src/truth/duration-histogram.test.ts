import { describe, expect, it } from 'vitest';
import { requestRandom } from '../settings/random.ts';
import { DurationHistogram } from './duration-histogram.ts';

describe('DurationHistogram', () => {
  it('is null where nothing was measured', () => {
    const empty = { count: 0, min: null, mean: null, p50: null, p90: null, p99: null, max: null };
    expect(new DurationHistogram().quantiles()).toEqual(empty);
  });

  it('finds the nearest-rank quantiles within 0.1 % or 1 us, from microseconds to an hour', () => {
    const random = requestRandom(5, 1);
    const histogram = new DurationHistogram();
    const values = Array.from({ length: 20_000 }, () => 0.001 * 3_600_000_000 ** random());
    for (const value of values) histogram.record(value);
    const sorted = values.toSorted((one, other) => one - other);
    const { p50, p90, p99, min, max, count } = histogram.quantiles();
    expect({ count, min, max }).toEqual({ count: 20_000, min: sorted[0], max: sorted.at(-1) });
    for (const [found, rank] of [
      [p50, 10_000],
      [p90, 18_000],
      [p99, 19_800],
    ] as const) {
      const exact = sorted[rank - 1] ?? 0;
      expect(Math.abs((found ?? 0) - exact)).toBeLessThanOrEqual(Math.max(0.001, exact * 0.001));
    }
  });

  it('counts what is longer than an hour, or negative, at the edge', () => {
    const histogram = new DurationHistogram();
    histogram.record(8_000_000);
    histogram.record(-1);
    expect(histogram.quantiles()).toMatchObject({ count: 2, min: -1, max: 8_000_000, p50: 0 });
  });
});
