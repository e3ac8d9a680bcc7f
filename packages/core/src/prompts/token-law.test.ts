import { describe, expect, it } from 'vitest';
import { Random } from '../load/random.ts';
import type { TokenLaw } from '../scenario/scenario.ts';
import { drawTokens } from './token-law.ts';

const draws = 20_000;

function drawn(law: TokenLaw): number[] {
  const random = new Random('laws');
  return Array.from({ length: draws }, () => drawTokens(law, random));
}

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, stddev: Math.sqrt(variance) };
}

describe('drawTokens', () => {
  it.each<[TokenLaw, number, number]>([
    [{ kind: 'fixed', tokens: 512 }, 512, 0],
    // Discrete uniform: variance ((b - a + 1)^2 - 1) / 12.
    [{ kind: 'uniform', min: 100, max: 300 }, 200, Math.sqrt((201 ** 2 - 1) / 12)],
    [{ kind: 'normal', mean: 512, stddev: 64 }, 512, 64],
    // Lognormal: mean m e^(s²/2), variance (e^(s²) - 1) m² e^(s²).
    [
      { kind: 'lognormal', median: 400, sigma: 0.5 },
      400 * Math.exp(0.125),
      400 * Math.exp(0.125) * Math.sqrt(Math.exp(0.25) - 1),
    ],
  ])('%j has its mean and deviation', (law, mean, stddev) => {
    const values = drawn(law);
    const found = momentsOf(values);
    expect(Math.abs(found.mean - mean)).toBeLessThanOrEqual((5 * stddev) / Math.sqrt(draws));
    expect(Math.abs(found.stddev - stddev)).toBeLessThanOrEqual(0.03 * stddev);
    expect(values.every((value) => Number.isInteger(value) && value >= 1)).toBe(true);
  });

  it('reaches both ends of a uniform law and nothing beyond', () => {
    const values = drawn({ kind: 'uniform', min: 3, max: 5 });
    expect(new Set(values)).toEqual(new Set([3, 4, 5]));
  });

  it('has an end where the law has none', () => {
    expect(Math.max(...drawn({ kind: 'lognormal', median: 400, sigma: 10 }))).toBe(10_000_000);
  });

  it('is never below 1', () => {
    expect(Math.min(...drawn({ kind: 'normal', mean: 1, stddev: 5 }))).toBe(1);
  });
});
