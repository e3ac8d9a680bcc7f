import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { clockOf, readClock } from './clock.ts';

const apartMs = (one: { epochMs(): number }, other: { epochMs(): number }) =>
  Math.min(...Array.from({ length: 20 }, () => Math.abs(one.epochMs() - other.epochMs())));

describe('the clock of another process', () => {
  it('is the wall clock that was read there, moved on by the monotonic one', () => {
    const wall = { epochMs: () => 1_000_000 + performance.now() };
    expect(apartMs(clockOf(readClock(wall)), wall)).toBeLessThan(0.05);
  });

  it('does not age: a reading of earlier gives the same clock', async () => {
    const reading = readClock(systemClock);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(apartMs(clockOf(reading), systemClock)).toBeLessThan(0.05);
  });
});

describe('the system clock', () => {
  it('converts from one of its two times to the other to the microsecond, at any moment', () => {
    const origins = Array.from({ length: 1000 }, () => systemClock.epochMs() - systemClock.nowMs());
    // Few of the pairs are torn apart by the scheduler; `Date.now()` would spread them all over a whole ms.
    const sorted = origins.toSorted((a, b) => a - b);
    expect((sorted[900] ?? NaN) - (sorted[100] ?? NaN)).toBeLessThan(0.01);
  });

  it('tells the wall-clock time', () => {
    expect(Math.abs(systemClock.epochMs() - Date.now())).toBeLessThan(5);
  });
});
