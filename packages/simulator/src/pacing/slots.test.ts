import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

it('hands places over in the order of waiting, and none twice', () => {
  const slots = new Slots();
  const started: string[] = [];
  const take = (name: string) => {
    const start = () => void started.push(name);
    slots.take(2, start);
    return start;
  };
  take('a');
  take('b');
  take('c');
  const waiting = take('d');
  take('e');
  expect(started).toEqual(['a', 'b']);
  slots.release();
  expect(started).toEqual(['a', 'b', 'c']);
  expect(slots.leave(waiting)).toBe(true);
  expect(slots.leave(waiting)).toBe(false);
  slots.release();
  expect(started).toEqual(['a', 'b', 'c', 'e']);
  slots.release();
  slots.release();
  take('f');
  take('g');
  take('h');
  expect(started).toEqual(['a', 'b', 'c', 'e', 'f', 'g']);
});

it('has no limit at 0', () => {
  const slots = new Slots();
  let started = 0;
  for (let count = 0; count < 100; count += 1) slots.take(0, () => (started += 1));
  expect(started).toBe(100);
});

it('serves a long queue of answers that are over at once', () => {
  const slots = new Slots();
  let served = 0;
  const serve = () => {
    served += 1;
    slots.release();
  };
  slots.take(1, () => undefined);
  for (let count = 0; count < 100_000; count += 1) slots.take(1, () => serve());
  slots.release();
  expect(served).toBe(100_000);
});
