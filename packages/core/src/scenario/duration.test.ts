import { describe, expect, it } from 'vitest';
import { parseDuration, parsePercent } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
    ['1h2m3s4ms', 3_723_004],
    ['0s', 0],
    ['1.5s', 1_500],
    ['1.1s', 1_100],
    ['0.0014ms', 0.001],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 's', '5 s', '5sec', '-5s', '30s1m', '1s2s', '5S', '1e3s', '.5s', '5s '])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('parsePercent', () => {
  it.each([
    ['50%', 0.5],
    ['0%', 0],
    ['12.5%', 0.125],
    ['250%', 2.5],
  ])('reads %s as %d', (text, ratio) => {
    expect(parsePercent(text)).toBe(ratio);
  });

  it.each(['50', '%', '-1%', '50 %', '1e1%'])('refuses %j', (text) => {
    expect(parsePercent(text)).toBeUndefined();
  });
});
