import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LeaseKeeper } from './lease-keeper.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function renewable() {
  const calls: number[] = [];
  let settle: (goesOn: boolean) => void = () => {};
  return {
    calls,
    renewedAtMs: 0,
    answer: (goesOn: boolean) => settle(goesOn),
    renew() {
      this.renewedAtMs = Date.now();
      calls.push(Date.now());
      const { promise, resolve } = Promise.withResolvers<boolean>();
      settle = resolve;
      return promise;
    },
  };
}

it('renews what nobody else has renewed for a fifth of a lease, one at a time, as long as it goes on', async () => {
  vi.setSystemTime(0);
  const keeper = new LeaseKeeper(10_000, () => Date.now());
  const one = renewable();
  keeper.add(one);
  await vi.advanceTimersByTimeAsync(1900);
  expect(one.calls).toEqual([]);
  await vi.advanceTimersByTimeAsync(8000);
  // Its answer is still to come.
  expect(one.calls).toEqual([2000]);
  one.answer(true);
  await vi.advanceTimersByTimeAsync(500);
  expect(one.calls).toEqual([2000, 10_000]);
  one.answer(true);
  one.renewedAtMs = 12_000;
  await vi.advanceTimersByTimeAsync(3500);
  expect(one.calls).toEqual([2000, 10_000]);
  await vi.advanceTimersByTimeAsync(500);
  expect(one.calls).toEqual([2000, 10_000, 14_000]);
  one.answer(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(one.calls).toHaveLength(3);
  keeper.stop();
});
