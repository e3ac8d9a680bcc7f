import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loopOf } from './__fixtures__/closed-loop-setup.ts';
import { virtualClock } from './__fixtures__/virtual-time.ts';
import { IterationBlock } from './iteration-block.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a closed loop that others had before', () => {
  it('has as many users as the profile wants by then', async () => {
    const { run, underWay, starts, startTimes, state } = loopOf({
      changes: [
        [0, 5],
        [100, 9],
        [200, 2],
        [400, 0],
      ],
      answerMs: 1000,
    });
    await pass(350);
    void run();
    await pass(40);
    expect([underWay, startTimes()]).toEqual([{ now: 2, most: 2 }, [350, 350]]);
    await pass(200);
    expect([starts.length, state.ended]).toEqual([2, true]);
  });

  it('has none where its load is over', async () => {
    const { run, starts, state } = loopOf({
      changes: [
        [0, 5],
        [100, 0],
      ],
    });
    await pass(1000);
    void run();
    await pass(0);
    expect([starts, state.ended]).toEqual([[], true]);
  });

  it('begins with what they gave back, and draws the rest', async () => {
    let drawn = 50;
    const block = new IterationBlock({
      reserve: async () => ({ first: drawn, count: drawn++ < 51 ? 1 : 0 }),
      clock: virtualClock,
      limit: 51,
      shards: 1,
      leftover: [
        { first: 7, count: 2 },
        { first: 20, count: 1 },
      ],
    });
    const { run, starts } = loopOf({ iterations: block, numberOf: (iteration) => iteration });
    void run();
    await pass(200);
    expect(starts.map(({ arrivalIndex }) => arrivalIndex)).toEqual([7, 8, 20, 50]);
  });
});

describe('a closed loop whose shard is not its own any more', () => {
  it('starts nothing, and has not ended until it is told so', async () => {
    const { run, loop, right, starts, state } = loopOf({
      changes: [
        [0, 2],
        [1000, 0],
      ],
    });
    void run();
    await pass(105);
    right.isHeld = false;
    await pass(5000);
    expect([starts.length, state.ended]).toEqual([2, false]);
    loop.stop();
    await pass(0);
    expect(state.ended).toBe(true);
  });
});
