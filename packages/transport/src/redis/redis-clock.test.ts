import { describe, expect, it } from 'vitest';
import { RedisClock } from './redis-clock.ts';

/** A local clock and a Redis whose clock is ahead of it, with round trips of these lengths, of which the way there takes this share. */
function clocks(aheadMs: number, roundTripsMs: number[], thereRatio = 0.5) {
  let nowMs = 1000;
  let jumpedMs = 0;
  const redis = {
    time: async () => {
      const roundTripMs = roundTripsMs.shift() ?? 100;
      nowMs += roundTripMs * thereRatio;
      const redisUs = Math.round((nowMs + aheadMs + jumpedMs) * 1000);
      nowMs += roundTripMs * (1 - thereRatio);
      return [Math.floor(redisUs / 1e6), redisUs % 1e6] as [number, number];
    },
  };
  const clock = new RedisClock(redis, { nowMs: () => nowMs, epochMs: () => 5_000_000 });
  return {
    clock,
    pass: (ms: number) => void (nowMs += ms),
    jump: (ms: number) => void (jumpedMs += ms),
    nowMs: () => nowMs,
  };
}

describe('clock of Redis', () => {
  it('is set by the shortest round trip of several, which bounds its error', async () => {
    const { clock, nowMs } = clocks(1_700_000_000_000, [40, 12, 3, 50, 8, 6, 20]);
    expect([clock.errorMs(), clock.errorBoundMs()]).toEqual([Infinity, Infinity]);
    await clock.measure();
    expect(clock.epochMs()).toBeCloseTo(1_700_000_000_000 + nowMs(), 2);
    // half of 3 ms, and 20 ppm of the 84 ms since
    expect(clock.errorBoundMs()).toBeCloseTo(1.5 + 84 * 20e-6, 6);
    expect(clock.errorMs()).toBeLessThanOrEqual(clock.errorBoundMs());
  });

  it('is not as uncertain as Redis is far away, but as the way there varies', async () => {
    const { clock, nowMs } = clocks(700_000, [81, 80, 95, 82, 80.5, 140, 90]);
    await clock.measure();
    expect(clock.epochMs()).toBeCloseTo(700_000 + nowMs(), 2);
    // The third best took 1 ms longer than the best.
    expect(clock.errorMs()).toBeCloseTo(0.5, 1);
    expect(clock.errorBoundMs()).toBeCloseTo(40, 1);
  });

  it('says so where no two readings are alike', async () => {
    const { clock } = clocks(0, [300, 80, 130, 250, 110, 400, 260]);
    await clock.measure();
    expect(clock.errorMs()).toBeCloseTo(25, 1);
    // Never surer than the bound: half of 10 ms.
    const { clock: near } = clocks(0, [10, 400, 400, 400, 400, 400, 400]);
    await near.measure();
    expect(near.errorMs()).toBeCloseTo(5, 1);
  });

  it('becomes surer with each good reading', async () => {
    const { clock } = clocks(0, [80, 120, 120, 120, 120, 120, 120, 81, 120, 120, 120, 120, 120, 80.4]);
    await clock.measure();
    expect(clock.errorMs()).toBeCloseTo(20, 1);
    await clock.measure();
    expect(clock.errorMs()).toBeCloseTo(0.5, 1);
  });

  it('is wrong by no more than it says, however unlike the two ways are', async () => {
    for (const thereRatio of [0, 0.1, 0.9, 1]) {
      const { clock, nowMs } = clocks(500_000, [30, 10, 20, 30, 30, 30, 30], thereRatio);
      await clock.measure();
      const errorMs = Math.abs(clock.epochMs() - (500_000 + nowMs()));
      expect(errorMs).toBeLessThanOrEqual(5.01);
      expect(clock.errorBoundMs()).toBeGreaterThanOrEqual(errorMs - 0.001);
    }
  });

  it('keeps a good reading where the next ones are worse, and takes them once it may have drifted further', async () => {
    const { clock, pass } = clocks(0, [2, 9, 9, 9, 9, 9, 9, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6]);
    await clock.measure();
    pass(30_000);
    await clock.measure();
    // 1 ms and 20 ppm of 30 s are less than the 3 ms of the new readings
    expect(clock.errorBoundMs()).toBeCloseTo(1 + 0.6, 1);
    pass(100_000);
    await clock.measure();
    expect(clock.errorBoundMs()).toBeCloseTo(3, 1);
  });

  it('forgets good readings at once where Redis has another clock since, or this machine has slept', async () => {
    const { clock, jump, nowMs } = clocks(500_000, [2, 2, 2, 2, 2, 2, 2, 9, 9, 9, 9, 9, 9, 9]);
    await clock.measure();
    jump(60_000);
    await clock.measure();
    expect(clock.epochMs()).toBeCloseTo(560_000 + nowMs(), 2);
    expect(clock.errorBoundMs()).toBeCloseTo(4.5, 1);
  });
});
