import type { Arrival } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { passOver } from './passed-over.ts';
import { noPhaseCounts } from './slice-position.ts';

function* arrivalsUpTo(count: number): Generator<Arrival, void, undefined> {
  for (let index = 0; index < count; index += 1) yield { index, offsetMs: index };
}

const rules = {
  nowMs: () => performance.now(),
  position: 0,
  skipped: noPhaseCounts,
  isTooLate: () => false,
  phaseOf: () => 'main' as const,
  isStopped: () => false,
};

it('lets the event loop turn on a long way', async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    turning = setImmediate(count);
  };
  let turning = setImmediate(count);
  const passed = await passOver(arrivalsUpTo(400_000), { ...rules, position: 400_000 });
  clearImmediate(turning);
  expect(passed).toEqual({ counts: { warmup: 0, main: 400_000 }, next: undefined });
  // It took more than 4 ms, on any machine: at 2 ms a turn that is at least two turns.
  expect(turns).toBeGreaterThan(1);
});

it('gives up on the way when it is stopped', async () => {
  let nowMs = 0;
  const stopped = { is: false };
  const passed = await passOver(arrivalsUpTo(100), {
    ...rules,
    nowMs: () => nowMs++,
    position: 100,
    isTooLate: () => (stopped.is = true),
    isStopped: () => stopped.is || nowMs > 10,
  });
  expect(passed).toBeUndefined();
});

it('takes nothing away where nothing was done or is too late', async () => {
  const rest = arrivalsUpTo(3);
  const passed = await passOver(rest, rules);
  expect(passed).toEqual({ counts: { warmup: 0, main: 0 }, next: { index: 0, offsetMs: 0 } });
  expect(rest.next().value).toEqual({ index: 1, offsetMs: 1 });
});

it('is done for one shard after the other', async () => {
  const begun: number[] = [];
  const passed = Array.from({ length: 3 }, (_, shard) =>
    passOver(arrivalsUpTo(50_000), {
      ...rules,
      position: 50_000,
      phaseOf: () => {
        if (begun.at(-1) !== shard) begun.push(shard);
        return 'main';
      },
    }),
  );
  await Promise.all(passed);
  expect(begun).toEqual([0, 1, 2]);
});
