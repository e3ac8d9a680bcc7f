import { describe, expect, it } from 'vitest';
import type { Distribution } from './load-profile.ts';
import { Random } from './random.ts';
import { sample } from './sample.ts';

const draws = 100_000;

function draw(distribution: Distribution): { mean: number; stddev: number; min: number; max: number } {
  const random = new Random(distribution.kind);
  const values = Array.from({ length: draws }, () => sample(distribution, random));
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws;
  const sorted = values.toSorted((a, b) => a - b);
  return { mean, stddev: Math.sqrt(variance), min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

describe('sample', () => {
  it('gives a fixed value as it is', () => {
    expect(draw({ kind: 'fixed', value: 250 })).toEqual({ mean: 250, stddev: 0, min: 250, max: 250 });
  });

  it.each<[Distribution, { mean: number; stddev: number }]>([
    [
      { kind: 'uniform', min: 100, max: 400 },
      { mean: 250, stddev: 300 / Math.sqrt(12) },
    ],
    [
      { kind: 'exponential', mean: 2000 },
      { mean: 2000, stddev: 2000 },
    ],
    [
      { kind: 'normal', mean: 500, stddev: 50 },
      { mean: 500, stddev: 50 },
    ],
    [
      { kind: 'lognormal', mean: 800, stddev: 400 },
      { mean: 800, stddev: 400 },
    ],
  ])('has the mean and the standard deviation asked for: %j', (distribution, expected) => {
    const { mean, stddev } = draw(distribution);
    expect(Math.abs(mean - expected.mean)).toBeLessThan((4 * expected.stddev) / Math.sqrt(draws));
    expect(stddev / expected.stddev).toBeGreaterThan(0.97);
    expect(stddev / expected.stddev).toBeLessThan(1.03);
  });

  it('stays within the bounds of a uniform distribution', () => {
    const { min, max } = draw({ kind: 'uniform', min: 100, max: 400 });
    expect(min).toBeGreaterThanOrEqual(100);
    expect(max).toBeLessThan(400);
  });

  it('is never below 0', () => {
    // The mean of max(0, x) for a standard normal x is 1 / sqrt(2 pi).
    const { mean, min } = draw({ kind: 'normal', mean: 0, stddev: 100 });
    expect(min).toBe(0);
    expect(mean).toBeGreaterThan(38.9);
    expect(mean).toBeLessThan(40.9);
    expect(draw({ kind: 'fixed', value: -5 }).mean).toBe(0);
  });

  it('takes a lognormal of mean 0 for 0', () => {
    expect(draw({ kind: 'lognormal', mean: 0, stddev: 10 }).max).toBe(0);
  });
});
