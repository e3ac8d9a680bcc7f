import type { Clock } from '@tokenstorm/core';

/** `Date.now()` is cut to whole ms: half of one is the middle of what it may have been. */
const originEpochMs = Date.now() + 0.5 - performance.now();

/**
 * This machine's clocks: `performance.now()` (42 ns a call), and the wall clock as it was when the process started, moved on
 * by the monotonic one. So the two never part, and a moment converts from one to the other to the microsecond; the price is
 * that a wall clock set anew during a run is not followed.
 */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  epochMs: () => originEpochMs + performance.now(),
};

/**
 * The wall clock as it stands, ms since the Unix epoch. Unlike `systemClock.epochMs` it jumps when it is set, and goes on while the
 * machine is suspended: held against the monotonic clock it tells of both.
 */
export function wallNowMs(): number {
  return Date.now();
}
