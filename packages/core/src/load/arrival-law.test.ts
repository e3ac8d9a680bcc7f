import { describe, expect, it } from 'vitest';
import { unitArrivals } from './arrival-law.ts';
import type { ArrivalLaw } from './load-profile.ts';
import { Random } from './random.ts';

function take(law: ArrivalLaw, count: number): number[] {
  const times = unitArrivals(law, 0, new Random('law'));
  return Array.from({ length: count }, () => times.next());
}

describe('unitArrivals', () => {
  it('puts constant arrivals one apart from the phase on', () => {
    const times = unitArrivals('constant', 0.25, new Random('any'));
    expect([times.next(), times.next(), times.next()]).toEqual([0.25, 1.25, 2.25]);
  });

  it.each<[ArrivalLaw, number]>([
    ['poisson', 1],
    [{ gamma: { burstiness: 1 } }, 1],
    [{ gamma: { burstiness: 0.25 } }, 2],
    [{ gamma: { burstiness: 16 } }, 0.25],
  ])('has gaps of mean 1 and the coefficient of variation 1/sqrt(burstiness): %j', (law, expected) => {
    const times = take(law, 100_001);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.abs(mean - 1)).toBeLessThan((4 * expected) / Math.sqrt(gaps.length));
    expect(Math.sqrt(variance) / mean / expected).toBeGreaterThan(0.97);
    expect(Math.sqrt(variance) / mean / expected).toBeLessThan(1.03);
  });

  it.each<[ArrivalLaw]>([['poisson'], [{ gamma: { burstiness: 0.2 } }], [{ gamma: { burstiness: 20 } }]])(
    'has two arrivals in the first two units on average: %j',
    (law) => {
      const counts = Array.from({ length: 20_000 }, (_, run) => countBefore(2, law, `run ${run}`));
      const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
      const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
      // Starting with a whole gap would give 2.9 for burstiness 0.2 and 1.5 for 20.
      expect(Math.abs(mean - 2)).toBeLessThan(4 * Math.sqrt(variance / counts.length));
    },
  );
});

function countBefore(end: number, law: ArrivalLaw, seed: string): number {
  const times = unitArrivals(law, 0, new Random(seed));
  let count = 0;
  while (times.next() < end) count += 1;
  return count;
}
