import { expect, it } from 'vitest';
import { ContentStamps } from './content-stamps.ts';

it('counts, and wakes once at the first stamp from then on', () => {
  const stamps = new ContentStamps();
  const woken: number[] = [];
  stamps.note(1);
  stamps.wakeAt(5, () => woken.push(stamps.count));
  stamps.note(4.9);
  expect(woken).toEqual([]);
  stamps.note(5);
  stamps.note(6);
  expect(woken).toEqual([3]);
  expect(stamps.count).toBe(4);
});

it('forgets what it was asked before', () => {
  const stamps = new ContentStamps();
  stamps.wakeAt(0, () => expect.unreachable());
  stamps.wakeAt(Infinity, () => expect.unreachable());
  stamps.note(1e9);
  expect(stamps.count).toBe(1);
});
