import { expect, it } from 'vitest';
import { requestRandom } from '../settings/random.ts';
import { DueHeap } from './due-heap.ts';

it('gives tasks back in the order in which they are due, whatever the order of coming and going', () => {
  const random = requestRandom(1, 1);
  const heap = new DueHeap();
  let waiting: number[] = [];
  for (let step = 0; step < 5_000; step += 1) {
    const dueMs = Math.floor(random() * 100);
    const comes = random() < 0.55;
    if (comes) heap.push({ dueMs, run: () => undefined });
    const left = comes ? undefined : heap.pop()?.dueMs;
    waiting = (comes ? [...waiting, dueMs] : waiting).toSorted((one, other) => one - other);
    expect(left).toBe(comes ? undefined : waiting.shift());
    expect(heap.firstDueMs()).toBe(waiting[0] ?? Infinity);
  }
});
