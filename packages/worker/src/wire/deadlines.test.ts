import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';
import type { Deadline } from './deadlines.ts';

function clockAt(nowMs: number) {
  return { ms: nowMs, nowMs: () => clock.ms, epochMs: () => 0 };
}
let clock = clockAt(0);

function watched(deadlines: Deadlines, deadlineMs: number) {
  const expired: number[] = [];
  const deadline: Deadline = { deadlineMs, onExpire: (atMs) => void expired.push(atMs) };
  deadlines.watch(deadline);
  return { deadline, expired };
}

describe('Deadlines', () => {
  it('expire once, when the clock has reached them, and are watched no longer', async () => {
    clock = clockAt(1000);
    const deadlines = new Deadlines(clock);
    const early = watched(deadlines, 1100);
    const late = watched(deadlines, 1200);
    await delay(50);
    expect([early.expired, late.expired]).toEqual([[], []]);
    clock.ms = 1100;
    await delay(50);
    expect([early.expired, late.expired, deadlines.size]).toEqual([[1100], [], 1]);
    clock.ms = 5000;
    await delay(50);
    expect([early.expired, late.expired, deadlines.size]).toEqual([[1100], [5000], 0]);
  });

  it('may be moved in both directions, and taken back', async () => {
    clock = clockAt(0);
    const deadlines = new Deadlines(clock);
    const never = watched(deadlines, Number.POSITIVE_INFINITY);
    const moved = watched(deadlines, 10);
    const sooner = watched(deadlines, 1000);
    const takenBack = watched(deadlines, 10);
    moved.deadline.deadlineMs = 200;
    sooner.deadline.deadlineMs = 50;
    deadlines.unwatch(takenBack.deadline);
    clock.ms = 100;
    await delay(50);
    expect([never, moved, sooner, takenBack].map(({ expired }) => expired)).toEqual([[], [], [100], []]);
    deadlines.unwatch(never.deadline);
    deadlines.unwatch(moved.deadline);
  });

  it('may be watched again from within the call, and after all were gone', async () => {
    clock = clockAt(100);
    const deadlines = new Deadlines(clock);
    let times = 0;
    const deadline: Deadline = {
      deadlineMs: 50,
      onExpire() {
        if (++times < 3) deadlines.watch(deadline);
      },
    };
    deadlines.watch(deadline);
    await delay(150);
    expect([times, deadlines.size]).toEqual([3, 0]);
    times = 2;
    deadlines.watch(deadline);
    await delay(60);
    expect([times, deadlines.size]).toEqual([3, 0]);
  });

  it('hold no timer while there are none', async () => {
    clock = clockAt(0);
    const deadlines = new Deadlines(clock);
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const { deadline } = watched(deadlines, 1000);
    expect(timers()).toBe(before + 1);
    deadlines.unwatch(deadline);
    await delay(60);
    expect(timers()).toBe(before);
  });
});
