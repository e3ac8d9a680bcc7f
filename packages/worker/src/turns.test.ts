import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('does one piece of work in each turn, in order, but what was taken back', async () => {
  const turns = new Turns();
  const done: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    const takeBack = turns.add(() => done.push(name));
    if (name === 'b') takeBack();
  }
  const seen: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    await nextTurn();
    seen.push(done.length);
  }
  expect([done, seen.at(-1)]).toEqual([['a', 'c', 'd'], 3]);
  // Never two of them between two turns.
  expect(seen.every((count, turn) => count - (seen[turn - 1] ?? 0) <= 1)).toBe(true);
  turns.add(() => done.push('later'));
  await nextTurn();
  await nextTurn();
  expect(done.at(-1)).toBe('later');
});
