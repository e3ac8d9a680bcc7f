import { describe, expect, it } from 'vitest';
import { systemClock } from '../wire/__fixtures__/exchange.ts';
import { waitUntil } from './wait-until.ts';

describe('waitUntil', () => {
  it('never calls back before the moment, and never before it returns', async () => {
    const wokenEarlyMs: number[] = [];
    const waits = Array.from({ length: 40 }, (_, index) => {
      const dueMs = systemClock.nowMs() + index * 0.7 - 5;
      return new Promise<void>((resolve) => {
        let hasReturned = false;
        waitUntil(systemClock, dueMs, () => {
          expect(hasReturned).toBe(true);
          wokenEarlyMs.push(dueMs - systemClock.nowMs());
          resolve();
        });
        hasReturned = true;
      });
    });
    await Promise.all(waits);
    expect(Math.max(...wokenEarlyMs)).toBeLessThanOrEqual(0);
  });

  it('does not call back once it was called off', async () => {
    const woken: string[] = [];
    const cancel = waitUntil(systemClock, systemClock.nowMs() + 5, () => woken.push('cancelled'));
    cancel();
    cancel();
    await new Promise<void>((resolve) => {
      waitUntil(systemClock, systemClock.nowMs() + 15, resolve);
    });
    expect(woken).toEqual([]);
  });
});
