import { array, assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Trend } from '../metrics/trend.ts';
import { histogramOf } from './histogram.ts';

function trendOf(values: readonly number[]): Trend {
  const trend = new Trend();
  trend.recordAll(values);
  return trend;
}

describe('histogramOf', () => {
  it('has nothing to show without values', () => {
    expect(histogramOf(new Trend(), 'ms')).toBeUndefined();
  });

  it.each([
    [[42.5], 42.5, 42.5],
    [[300, 300, 300], 300, 300],
    [[300, 301, 302.9], 300, 302.9],
    [[0, 0], 0, 0],
  ])('puts %j, which are nearly equal, into one row', (values, from, to) => {
    expect(histogramOf(trendOf(values), 'ms')).toEqual({
      unit: 'ms',
      scale: 'linear',
      rows: [{ from, to, count: values.length }],
    });
  });

  it('takes rows of equal width and round edges', () => {
    // (240 - 100) / 14 = 10 is a round step as it is.
    const histogram = histogramOf(trendOf([100, 104, 109, 110, 239, 240]), 'ms');
    expect(histogram?.scale).toBe('linear');
    expect(histogram?.rows).toHaveLength(14);
    expect(histogram?.rows[0]).toEqual({ from: 100, to: 110, count: 3 });
    expect(histogram?.rows[1]).toEqual({ from: 110, to: 120, count: 1 });
    expect(histogram?.rows[5]).toEqual({ from: 150, to: 160, count: 0 });
    expect(histogram?.rows[13]).toEqual({ from: 230, to: 240, count: 2 });
  });

  it('takes rows that widen where the values span more than a factor of 5', () => {
    const histogram = histogramOf(trendOf([1, 3, 20, 900]), 'ms');
    expect(histogram?.scale).toBe('log');
    expect(histogram?.rows.map((row) => row.from)).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500]);
    expect(histogram?.rows.map((row) => row.count)).toEqual([1, 1, 0, 0, 1, 0, 0, 0, 1]);
    expect(histogram?.rows.at(-1)?.to).toBe(1000);
  });

  it('starts a log scale at 0 where there are values of 0', () => {
    expect(histogramOf(trendOf([0, 1000]), 'ms')?.rows[0]).toMatchObject({ from: 0, count: 1 });
  });

  it('counts every value once, in rows without holes that hold the extremes', () => {
    const values = array(double({ min: 0, max: 3.6e6, noNaN: true }), { minLength: 1, maxLength: 40 });
    assert(
      property(values, (list) => {
        const rows = histogramOf(trendOf(list), 'ms')?.rows ?? [];
        expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(list.length);
        expect(rows.length).toBeGreaterThanOrEqual(1);
        expect(rows.length).toBeLessThanOrEqual(15);
        expect(rows[0]?.from).toBeLessThanOrEqual(Math.min(...list));
        expect(rows.at(-1)?.to).toBeGreaterThanOrEqual(Math.max(...list));
        for (const [index, row] of rows.slice(1).entries()) expect(row.from).toBe(rows[index]?.to);
      }),
      { numRuns: 500 },
    );
  });

  it('puts values into the rows they belong to', () => {
    const values = array(integer({ min: 100, max: 400 }), { minLength: 20, maxLength: 60 });
    assert(
      property(values, (list) => {
        const rows = histogramOf(trendOf(list), 'ms')?.rows ?? [];
        if (rows.length === 1) return;
        const expected = rows.map(
          ({ from, to }, index) =>
            list.filter(
              (value) => value >= from && (value < to || (index === rows.length - 1 && value === to)),
            ).length,
        );
        expect(rows.map((row) => row.count)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
