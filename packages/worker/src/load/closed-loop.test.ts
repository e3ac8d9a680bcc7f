import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loopOf, taking } from './__fixtures__/closed-loop-setup.ts';
import { virtualClock } from './__fixtures__/virtual-time.ts';
import { IterationBlock } from './iteration-block.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('virtual users', () => {
  it('send one request after the other, from the start of the load on', async () => {
    const { run, starts, startTimes } = loopOf({
      changes: [
        [0, 1],
        [35, 0],
      ],
    });
    void run();
    await pass(99);
    expect(starts).toEqual([]);
    await pass(100);
    expect(startTimes()).toEqual([100, 110, 120, 130]);
    expect(starts.map((start) => start.arrivalIndex)).toEqual([0, 10, 20, 30]);
    expect(starts[1]).toMatchObject({ intendedStartMs: 110, handOverMs: 110, scheduled: false });
  });

  it('have their first iterations before they start', async () => {
    const prepared: number[] = [];
    const iterations = { ...taking(() => 0), prepare: (users: number) => void prepared.push(users) };
    const changes = [
      [0, 3],
      [50, 5],
      [90, 0],
    ] as const;
    const { run } = loopOf({ changes, iterations });
    void run();
    expect(prepared).toEqual([3]);
    await pass(120);
    expect(prepared).toEqual([3, 2]);
    await pass(200);
  });

  it('think between two requests', async () => {
    const { run, startTimes } = loopOf({
      changes: [
        [0, 1],
        [100, 0],
      ],
      thinkMs: 30,
    });
    void run();
    await pass(300);
    expect(startTimes()).toEqual([100, 140, 180]);
  });

  it('do not grow the stack where requests end before they are sent', async () => {
    let left = 50_000;
    const { run, starts, state } = loopOf({
      answerMs: 0,
      iterations: taking(() => (left > 0 ? left-- : undefined)),
    });
    void run();
    await pass(100);
    await pass(60_000);
    expect(starts).toHaveLength(50_000);
    expect(state.ended).toBe(true);
  });

  it('come and go as the profile says: none is added for one that has not left yet', async () => {
    const changes = [
      [0, 3],
      [15, 1],
      [18, 3],
      [45, 1],
      [95, 0],
    ] as const;
    const { run, underWay, starts, state } = loopOf({ changes });
    void run();
    await pass(100 + 19);
    expect(underWay).toEqual({ now: 3, most: 3 });
    await pass(32);
    expect(underWay).toEqual({ now: 1, most: 3 });
    await pass(100);
    expect(state.ended).toBe(true);
    // 3 users from 0 to 45 ms start 15 requests, one of them goes on with 5 more.
    expect(starts).toHaveLength(20);
  });

  it('that have gone come back when they are wanted again', async () => {
    const { run, underWay } = loopOf({
      changes: [
        [0, 2],
        [5, 0],
        [40, 2],
        [60, 0],
      ],
    });
    void run();
    await pass(100 + 30);
    expect(underWay.now).toBe(0);
    await pass(20);
    expect(underWay).toEqual({ now: 2, most: 2 });
  });
});

describe('the end of a closed loop', () => {
  it('is the end of its profile, whatever is still under way', async () => {
    const { run, underWay, state } = loopOf({
      changes: [
        [0, 2],
        [50, 0],
      ],
      answerMs: 10_000,
    });
    void run();
    await pass(149);
    expect(state.ended).toBe(false);
    await pass(1);
    expect(state.ended).toBe(true);
    expect(underWay.now).toBe(2);
  });

  it('is a stop: nobody starts, thinks or waits after it', async () => {
    const { run, loop, starts, state } = loopOf({
      changes: [
        [0, 3],
        [10_000, 0],
      ],
      answerMs: 10,
      thinkMs: 5_000,
    });
    void run();
    await pass(100 + 30);
    expect(starts).toHaveLength(3);
    loop.stop();
    loop.stop();
    await pass(0);
    expect(state.ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    await pass(20_000);
    expect(starts).toHaveLength(3);
  });

  it('leaves no thinking to those whose requests end after it', async () => {
    const { run, loop, starts } = loopOf({
      changes: [
        [0, 2],
        [10_000, 0],
      ],
      answerMs: 50,
      thinkMs: 5_000,
    });
    void run();
    await pass(110);
    loop.stop();
    await pass(50);
    expect(vi.getTimerCount()).toBe(0);
    expect(starts).toHaveLength(2);
  });

  it('may be before its start', async () => {
    const { run, loop, starts, state } = loopOf();
    loop.stop();
    void run();
    await pass(500);
    expect([state.ended, starts]).toEqual([true, []]);
  });

  it('is the last iteration’s end where they end it', async () => {
    let reserved = 0;
    const block = new IterationBlock({
      reserve: (wanted) => {
        const range = { first: reserved, count: Math.min(wanted, 5 - reserved) };
        reserved += range.count;
        return Promise.resolve(range);
      },
      clock: virtualClock,
      limit: 5,
      shards: 1,
    });
    const { run, starts, underWay, state } = loopOf({ changes: [[0, 2]], iterations: block });
    void run();
    await pass(100 + 25);
    expect([starts.length, underWay.now, state.ended]).toEqual([5, 1, false]);
    await pass(10);
    expect([starts.length, underWay.now, state.ended]).toEqual([5, 0, true]);
  });

  it('is at once for a shard without users', async () => {
    const { run, state } = loopOf({ changes: [[0, 0]] });
    void run();
    await pass(100);
    expect(state.ended).toBe(true);
  });

  it('is a fault where iterations cannot be had', async () => {
    const { loop, starts } = loopOf({ iterations: taking(() => Promise.reject(new Error('no counter'))) });
    const faults: unknown[] = [];
    void loop.run().catch((cause: unknown) => faults.push(cause));
    await pass(100);
    expect(faults).toMatchObject([{ message: 'no counter' }]);
    expect(starts).toEqual([]);
  });

  it('is not put forward by an offset that is longer than a timer can wait', async () => {
    const { run, starts, state } = loopOf({
      changes: [
        [0, 0],
        [3_000_000_000, 1],
        [3_000_000_005, 0],
      ],
    });
    void run();
    await pass(2_999_999_000);
    expect([starts.length, state.ended]).toEqual([0, false]);
    await pass(1_200);
    expect([starts.length, state.ended]).toEqual([1, true]);
  });
});
