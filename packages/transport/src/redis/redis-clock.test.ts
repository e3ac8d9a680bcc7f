import { describe, expect, it } from 'vitest';
import { RedisClock } from './redis-clock.ts';

/** A local clock and a Redis whose clock is ahead of it, with round trips of these lengths, of which the way there takes this share. */
function clocks(aheadMs: number, roundTripsMs: number[], thereRatio = 0.5) {
  let nowMs = 1000;
  const redis = {
    time: async () => {
      const roundTripMs = roundTripsMs.shift() ?? 100;
      nowMs += roundTripMs * thereRatio;
      const redisUs = Math.round((nowMs + aheadMs) * 1000);
      nowMs += roundTripMs * (1 - thereRatio);
      return [Math.floor(redisUs / 1e6), redisUs % 1e6] as [number, number];
    },
  };
  const clock = new RedisClock(redis, { nowMs: () => nowMs, epochMs: () => 5_000_000 });
  return { clock, pass: (ms: number) => void (nowMs += ms), nowMs: () => nowMs };
}

describe('clock of Redis', () => {
  it('has the error of the shortest round trip of several', async () => {
    const { clock, nowMs } = clocks(1_700_000_000_000, [40, 12, 3, 50, 8, 6, 20]);
    expect(clock.errorMs()).toBe(Infinity);
    await clock.measure();
    expect(clock.epochMs()).toBeCloseTo(1_700_000_000_000 + nowMs(), 2);
    // half of 3 ms, and 20 ppm of the 84 ms since
    expect(clock.errorMs()).toBeCloseTo(1.5 + 84 * 20e-6, 6);
  });

  it('is wrong by no more than it says, however unlike the two ways are', async () => {
    for (const thereRatio of [0, 0.1, 0.9, 1]) {
      const { clock, nowMs } = clocks(500_000, [30, 10, 20, 30, 30, 30, 30], thereRatio);
      await clock.measure();
      const errorMs = Math.abs(clock.epochMs() - (500_000 + nowMs()));
      expect(errorMs).toBeLessThanOrEqual(5.01);
      expect(clock.errorMs()).toBeGreaterThanOrEqual(errorMs - 0.001);
    }
  });

  it('keeps a good reading where the next ones are worse, and takes them once it may have drifted further', async () => {
    const { clock, pass } = clocks(0, [2, 9, 9, 9, 9, 9, 9, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6]);
    await clock.measure();
    pass(30_000);
    await clock.measure();
    // 1 ms and 20 ppm of 30 s are less than the 3 ms of the new readings
    expect(clock.errorMs()).toBeCloseTo(1 + 0.6, 1);
    pass(100_000);
    await clock.measure();
    expect(clock.errorMs()).toBeCloseTo(3, 1);
  });
});
