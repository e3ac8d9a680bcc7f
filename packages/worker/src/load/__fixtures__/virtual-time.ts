import type { Clock } from '@tokenstorm/core';

/** The time of vitest's fake timers, once they are in use. */
export const virtualClock: Clock = {
  nowMs: () => new Date().getTime(),
  epochMs: () => new Date().getTime(),
};
