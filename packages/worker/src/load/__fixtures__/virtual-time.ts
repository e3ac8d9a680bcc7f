import type { Clock } from '@tokenstorm/core';
import { vi } from 'vitest';

/**
 * Time that stands still until a test moves it: `setTimeout` and `setImmediate` too. Call `useRealTime` in an `afterEach`.
 */
export function useVirtualTime(): Clock {
  vi.useFakeTimers({
    now: 0,
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'Date'],
  });
  return { nowMs: () => new Date().getTime(), epochMs: () => new Date().getTime() };
}

/** Moves it on; all that is due happens in order, with what it promises. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

export function useRealTime(): void {
  vi.useRealTimers();
}

/** Timers that are set. */
export function pendingTimers(): number {
  return vi.getTimerCount();
}
