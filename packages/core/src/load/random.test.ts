import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

const draws = 200_000;

/** Mean, variance and fourth central moment of many draws. */
function moments(draw: () => number) {
  const values = Array.from({ length: draws }, draw);
  const average = (of: (value: number) => number) => values.reduce((sum, x) => sum + of(x), 0) / draws;
  const mean = average((x) => x);
  return { mean, variance: average((x) => (x - mean) ** 2), fourth: average((x) => (x - mean) ** 4) };
}

describe('Random', () => {
  // By a second implementation in Python, on its unbounded integers.
  it.each([
    ['', [0.7906873494500289, 0.5658612369749073, 0.2173994898034015]],
    ['tokenstorm', [0.8460799375710577, 0.9283413772095526, 0.17679178927820738]],
    ['größe/42', [0.7685594118541017, 0.6240663831536973, 0.2937333635823036]],
  ])('gives the numbers of its seed: %j', (seed, expected) => {
    const random = new Random(seed);
    expect(expected.map(() => random.nextUnit())).toEqual(expected);
  });

  it('is uniform in [0, 1)', () => {
    const random = new Random('uniform');
    const values = Array.from({ length: draws }, () => random.nextUnit());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const buckets = new Uint32Array(64);
    for (const value of values) buckets[Math.floor(value * 64)]! += 1;
    const chiSquare = buckets.reduce((sum, n) => sum + (n - draws / 64) ** 2 / (draws / 64), 0);
    // 63 degrees of freedom: 0.1 % and 99.9 % quantiles.
    expect(chiSquare).toBeGreaterThan(32.5);
    expect(chiSquare).toBeLessThan(103.4);
  });

  it('gives streams that do not follow each other where seeds differ by one letter', () => {
    const [a, b] = [new Random('run/eu-1'), new Random('run/eu-2')];
    const product = moments(() => (a.nextUnit() - 0.5) * (b.nextUnit() - 0.5));
    // Uncorrelated: the mean of the products is 0, their standard deviation 1/12.
    expect(Math.abs(product.mean)).toBeLessThan((4 * (1 / 12)) / Math.sqrt(draws));
  });

  it('draws exponentially with mean 1', () => {
    const random = new Random('exponential');
    const { mean, variance } = moments(() => random.exponential());
    expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(draws));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(8 / draws));
  });

  it('draws normally with mean 0 and standard deviation 1', () => {
    const random = new Random('normal');
    const { mean, variance, fourth } = moments(() => random.normal());
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(draws));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / draws));
    expect(Math.abs(fourth - 3)).toBeLessThan(4 * Math.sqrt(96 / draws));
  });

  it.each([0.1, 0.5, 1, 3, 40])('draws from the gamma law of shape %d', (shape) => {
    const random = new Random(`gamma ${shape}`);
    const { mean, variance } = moments(() => random.gamma(shape));
    // Variance of a sample variance: (mu4 - sigma^4) / n with mu4 = 3 k^2 + 6 k.
    expect(Math.abs(mean - shape)).toBeLessThan(4 * Math.sqrt(shape / draws));
    expect(Math.abs(variance - shape)).toBeLessThan(4 * Math.sqrt((2 * shape ** 2 + 6 * shape) / draws));
  });
});
