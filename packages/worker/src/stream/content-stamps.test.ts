import { expect, it } from 'vitest';
import { ContentStamps } from './content-stamps.ts';

it('counts, and wakes once at the first stamp from then on', () => {
  const stamps = new ContentStamps();
  const watch = stamps.watch();
  const woken: number[] = [];
  stamps.note(1);
  watch.wakeAt(5, () => woken.push(watch.count));
  stamps.note(4.9);
  expect(woken).toEqual([]);
  stamps.note(5);
  stamps.note(6);
  expect(woken).toEqual([3]);
  expect(stamps.count).toBe(4);
});

it('forgets what it was asked before', () => {
  const stamps = new ContentStamps();
  const watch = stamps.watch();
  watch.wakeAt(0, () => expect.unreachable());
  watch.wakeAt(Infinity, () => expect.unreachable());
  stamps.note(1e9);
  expect(stamps.count).toBe(1);
});

it('wakes each of several watchers when it wants to be', () => {
  const stamps = new ContentStamps();
  const woken: string[] = [];
  const [early, late] = [stamps.watch(), stamps.watch()];
  late.wakeAt(20, () => woken.push('late'));
  early.wakeAt(10, () => {
    woken.push('early');
    early.wakeAt(30, () => woken.push('early again'));
  });
  stamps.note(15);
  expect(woken).toEqual(['early']);
  early.wakeAt(Infinity, () => expect.unreachable());
  stamps.note(40);
  expect(woken).toEqual(['early', 'late']);
});
