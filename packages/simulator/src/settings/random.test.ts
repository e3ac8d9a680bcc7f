import { describe, expect, it } from 'vitest';
import { defaultBehaviour } from './behaviour.ts';
import { chooseFault } from './choose-fault.ts';
import { drawLatencyMs, requestRandom } from './random.ts';

function draws(count: number, draw: (ordinal: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => draw(index + 1)).toSorted((one, other) => one - other);
}

describe('requestRandom', () => {
  it('is even over the ordinals of a seed, in its first draws too', () => {
    for (const seed of [1, 2, 12_345]) {
      const first = draws(10_000, (ordinal) => requestRandom(seed, ordinal)());
      // Kolmogorov and Smirnov: 1.95 / sqrt(n) is passed by chance once in a thousand times.
      const distance = Math.max(...first.map((value, index) => Math.abs(value - index / 10_000)));
      expect(distance).toBeLessThan(0.0195);
    }
  });

  it('repeats for the same seed and ordinal, and for no other', () => {
    const sequence = (seed: number, ordinal: number) => {
      const random = requestRandom(seed, ordinal);
      return [random(), random(), random()];
    };
    expect(sequence(7, 3)).toEqual(sequence(7, 3));
    expect(sequence(7, 3)).not.toEqual(sequence(7, 4));
    expect(sequence(7, 3)).not.toEqual(sequence(8, 3));
  });
});

describe('drawLatencyMs', () => {
  const random = requestRandom(1, 1);

  it('is the number itself', () => {
    expect(drawLatencyMs(12.5, random)).toBe(12.5);
  });

  it('follows the normal law', () => {
    const sorted = draws(20_000, () => drawLatencyMs({ normal: { meanMs: 100, stddevMs: 10 } }, random));
    expect(sorted[10_000]).toBeCloseTo(100, -0.5);
    // 84.13 % lie below one standard deviation.
    expect(Math.abs((sorted[16_826] ?? 0) - 110)).toBeLessThan(0.5);
  });

  it('never is below 0', () => {
    expect(draws(1_000, () => drawLatencyMs({ normal: { meanMs: 0, stddevMs: 10 } }, random))[0]).toBe(0);
  });

  it('follows the lognormal law', () => {
    const sorted = draws(20_000, () => drawLatencyMs({ lognormal: { medianMs: 80, sigma: 0.5 } }, random));
    expect(Math.abs((sorted[10_000] ?? 0) - 80)).toBeLessThan(1.5);
    expect(Math.abs((sorted[16_826] ?? 0) - 80 * Math.exp(0.5))).toBeLessThan(3);
  });
});

describe('chooseFault', () => {
  const at = (drawn: number) => {
    const behaviour = { ...defaultBehaviour, faults: { overloaded: 0.25, rate_limited: 0.25 } };
    return chooseFault(behaviour, {}, { server: 1, model: 1, body: 1 }, () => drawn);
  };

  it('gives each kind its share of the numbers, and nothing beyond', () => {
    expect([0, 0.249, 0.25, 0.499, 0.5, 0.99].map(at)).toEqual([
      'rate_limited',
      'rate_limited',
      'overloaded',
      'overloaded',
      null,
      null,
    ]);
  });

  it('prefers the plan of the server, then the only fault, then the plan of the model', () => {
    const behaviour = { ...defaultBehaviour, faultPlan: { 2: 'cut' as const }, faults: { overloaded: 1 } };
    const choose = (server: number, fault: 'stall' | null) =>
      chooseFault({ ...behaviour, fault }, { 1: 'none' }, { server, model: 2, body: 1 }, () => 0);
    expect([choose(1, 'stall'), choose(5, 'stall'), choose(5, null)]).toEqual([null, 'stall', 'cut']);
  });
});
