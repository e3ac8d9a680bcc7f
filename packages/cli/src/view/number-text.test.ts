import { describe, expect, it } from 'vitest';
import {
  countText,
  durationText,
  measureText,
  numbered,
  percentText,
  rateText,
  scaleOf,
  shortCountText,
} from './number-text.ts';

describe('number texts', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567.4, '1,234,567'],
  ])('countText(%d) is %s', (value, text) => expect(countText(value)).toBe(text));

  it.each([
    [99_999, '99,999'],
    [100_000, '100k'],
    [123_456, '123k'],
    [999_499, '999k'],
    [999_500, '1M'],
    [1_234_567, '1.23M'],
    [4_000_000_000, '4G'],
  ])('shortCountText(%d) is %s', (value, text) => expect(shortCountText(value)).toBe(text));

  it.each([
    [0, '0'],
    [0.1234, '0.123'],
    [0.9996, '1.00'],
    [8.214, '8.21'],
    [9.996, '10.0'],
    [45.61, '45.6'],
    [999.94, '999.9'],
    [999.96, '1000'],
    [3789.2, '3789'],
  ])('measureText(%d) is %s', (value, text) => expect(measureText(value)).toBe(text));

  it.each([
    [0, '0'],
    [0.25, '0.25'],
    [20, '20'],
    [19.6, '19.6'],
    [100, '100'],
    [1523.1, '1,523'],
  ])('rateText(%d) is %s', (value, text) => expect(rateText(value)).toBe(text));

  it.each([
    [0, '0%'],
    [1, '100%'],
    [0.98, '98.0%'],
    [0.0001, '<0.1%'],
    [0.99996, '>99.9%'],
    [0.0005, '0.1%'],
    [0.9994, '99.9%'],
  ])('percentText(%d) is %s', (value, text) => expect(percentText(value)).toBe(text));

  it.each([
    [0, '0ms'],
    [250.4, '250ms'],
    [999.6, '1s'],
    [15_340, '15.3s'],
    [59_949, '59.9s'],
    [59_950, '1m 00s'],
    [330_000, '5m 30s'],
    [3_599_600, '1h 00m'],
    [7_505_000, '2h 05m'],
  ])('durationText(%d) is %s', (value, text) => expect(durationText(value)).toBe(text));

  it('numbered takes the plural where there is not one', () => {
    expect([0, 1, 2000].map((count) => numbered(count, 'request'))).toEqual([
      '0 requests',
      '1 request',
      '2,000 requests',
    ]);
  });

  it('scaleOf writes long times in seconds and leaves the rest', () => {
    expect(scaleOf('ms', 99_999)).toEqual({ unit: 'ms', factor: 1 });
    expect(scaleOf('ms', 100_000)).toEqual({ unit: 's', factor: 0.001 });
    expect(scaleOf('tokens/s', 1e6)).toEqual({ unit: 'tokens/s', factor: 1 });
  });
});
