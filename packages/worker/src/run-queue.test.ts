import { expect, it } from 'vitest';
import { parseRunQueueDelayMs, runQueueDelayMs } from './run-queue.ts';

it.each([
  ['1637825753 1407538348 499\n', 1407.538348],
  ['692107 0 1', 0],
  // A kernel that keeps no accounts, or another one's file.
  ['0 0 0\n', undefined],
  ['', undefined],
  ['12', undefined],
  ['what is this', undefined],
])('reads %j as %d ms', (content, delayMs) => {
  expect(parseRunQueueDelayMs(content)).toBe(delayMs);
});

it('is what the kernel says of this process, or nothing', () => {
  const delayMs = runQueueDelayMs() ?? 0;
  expect(runQueueDelayMs() ?? 0).toBeGreaterThanOrEqual(delayMs);
  expect(delayMs).toBeGreaterThanOrEqual(0);
});
