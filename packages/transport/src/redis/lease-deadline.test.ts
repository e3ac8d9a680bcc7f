import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LeaseEnd } from '@tokenstorm/core';
import { LeaseDeadline } from './lease-deadline.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** Clocks that move with the timers, or without them: then the process stood still, and its timers are late. */
function deadlineOf(leaseMs = 10_000, { suspendedMs = 0 } = {}) {
  let nowMs = 5000;
  let wallMs = 1_700_000_000_000;
  const ends: LeaseEnd[] = [];
  const deadline = new LeaseDeadline({
    leaseMs,
    sentAtMs: nowMs,
    sentAtWallMs: wallMs - suspendedMs,
    onPassed: (end) => ends.push(end),
    clocks: { monotonic: { nowMs: () => nowMs }, wallNowMs: () => wallMs },
  });
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      nowMs += 10;
      wallMs += 10;
      vi.advanceTimersByTime(10);
    }
  };
  const standStill = (ms: number, { suspended = false } = {}) => {
    if (!suspended) nowMs += ms;
    wallMs += ms;
  };
  return { deadline, ends, pass, standStill, now: () => nowMs };
}

describe('LeaseDeadline', () => {
  it('passes a second before the lease, counted from when it was asked for', () => {
    const { deadline, ends, pass } = deadlineOf();
    pass(8990);
    expect(deadline.hasPassed()).toBe(false);
    expect(ends).toEqual([]);
    pass(20);
    expect(deadline.hasPassed()).toBe(true);
    expect(ends).toEqual(['lost']);
  });

  it('moves on with each confirmed renewal, by when that was sent', () => {
    const { deadline, ends, pass, now } = deadlineOf();
    const sentAtMs = now() + 6000;
    pass(8000);
    deadline.confirm(sentAtMs);
    pass(6990);
    expect(deadline.hasPassed()).toBe(false);
    pass(20);
    expect(ends).toEqual(['lost']);
  });

  it('stays passed, whatever is confirmed afterwards', () => {
    const { deadline, ends, pass, now } = deadlineOf();
    pass(9100);
    deadline.confirm(now() - 50);
    pass(20_000);
    expect(deadline.hasPassed()).toBe(true);
    expect(ends).toEqual(['lost']);
  });

  it('has passed for whoever asks before the timer of a process that stood still', () => {
    const { deadline, ends, pass, standStill } = deadlineOf();
    pass(1000);
    standStill(20_000);
    expect(deadline.hasPassed()).toBe(true);
    pass(9000);
    expect(ends).toEqual(['frozen']);
  });

  it('has passed after the machine was suspended, though its monotonic clock has hardly moved', () => {
    const { deadline, ends, pass, standStill, now } = deadlineOf();
    pass(1000);
    standStill(20_000, { suspended: true });
    expect(deadline.hasPassed()).toBe(true);
    deadline.confirm(now());
    expect(deadline.hasPassed()).toBe(true);
    expect(ends).toEqual(['frozen']);
    pass(9000);
    expect(ends).toEqual(['frozen']);
  });

  it('has passed where the machine was suspended while the lease was being asked for', () => {
    const { deadline, ends, pass } = deadlineOf(10_000, { suspendedMs: 20_000 });
    expect(deadline.hasPassed()).toBe(true);
    pass(9010);
    expect(ends).toEqual(['frozen']);
  });

  it('bears a wall clock that is set a little', () => {
    const { deadline, pass, standStill, now } = deadlineOf();
    for (let second = 0; second < 30; second += 1) {
      pass(1000);
      standStill(100, { suspended: true });
      expect(deadline.hasPassed()).toBe(false);
      deadline.confirm(now());
    }
  });

  it('keeps a quarter of a short lease as guard', () => {
    const { deadline, pass } = deadlineOf(2000);
    pass(1490);
    expect(deadline.hasPassed()).toBe(false);
    pass(20);
    expect(deadline.hasPassed()).toBe(true);
  });

  it('tells nothing once it was stopped', () => {
    const { deadline, ends, pass } = deadlineOf();
    deadline.stop();
    pass(20_000);
    expect(ends).toEqual([]);
  });
});
