import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IterationBlock } from './iteration-block.ts';

/** A counter of the whole run that answers a moment later, on a clock that the test moves. */
function counter(limit: number, shards = 1) {
  let taken = 0;
  const time = { ms: 0 };
  const asked: number[] = [];
  const reserve = async (wanted: number) => {
    const range = { first: taken, count: Math.min(wanted, limit - taken) };
    taken += range.count;
    asked.push(wanted);
    await Promise.resolve();
    return range;
  };
  const block = () => new IterationBlock({ reserve, clock: { nowMs: () => time.ms }, limit, shards });
  return { block, asked, time };
}

/** Takes one as a user does: asks again as often as it has to. */
async function next(block: IterationBlock): Promise<number | undefined> {
  for (;;) {
    const taken = block.take();
    if (typeof taken !== 'object') return taken;
    await taken;
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('IterationBlock', () => {
  it('draws one for each user that waits in the same turn', async () => {
    const { block, asked } = counter(Infinity);
    const iterations = block();
    const users = Array.from({ length: 5 }, () => next(iterations));
    expect(await Promise.all(users)).toEqual([0, 1, 2, 3, 4]);
    expect(asked[0]).toBe(5);
  });

  it('hands out a drawn one at once, each once, until none is left', async () => {
    const { block } = counter(5);
    const iterations = block();
    const taken: (number | undefined)[] = [];
    for (let user = 0; user < 7; user += 1) taken.push(await next(iterations));
    expect(taken).toEqual([0, 1, 2, 3, 4, undefined, undefined]);
  });

  it('has what users will want when they come, however far away the count is', async () => {
    const { block, asked } = counter(Infinity);
    const iterations = block();
    iterations.prepare(3);
    iterations.prepare(0);
    await turn();
    expect(asked).toEqual([3]);
    expect([iterations.take(), iterations.take(), iterations.take()]).toEqual([0, 1, 2]);
  });

  it('shares the draw with users that come before its answer, and draws no more once it is closed', async () => {
    const { block, asked } = counter(2);
    const iterations = block();
    iterations.prepare(2);
    expect(await Promise.all([next(iterations), next(iterations)])).toEqual([0, 1]);
    await iterations.close();
    iterations.prepare(2);
    await turn();
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(asked[0]).toBe(2);
  });

  it('makes nobody wait at a steady rate, with blocks of about a second', async () => {
    const { block, asked, time } = counter(Infinity);
    const iterations = block();
    let waits = 0;
    for (let index = 0; index < 2000; index += 1) {
      if (typeof iterations.take() === 'object') {
        waits += 1;
        await turn();
        await turn();
        expect(iterations.take()).toBeTypeOf('number');
      }
      // 100 a second, with turns of the event loop in between.
      time.ms += 10;
      await turn();
    }
    expect(waits).toBe(1);
    const late = asked.slice(-5);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...late)).toBeLessThanOrEqual(200);
  });

  it('draws no more than it will need for about a second where users are slow', async () => {
    const { block, asked, time } = counter(Infinity);
    const iterations = block();
    await Promise.all(Array.from({ length: 16 }, () => next(iterations)));
    for (let index = 0; index < 50; index += 1) {
      // One in 10 s.
      time.ms += 10_000;
      await next(iterations);
      await turn();
    }
    expect(Math.max(...asked.slice(5))).toBe(1);
    expect(iterations.leftover().reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(1);
  });

  it('draws less and less towards the end of what it shares with others', async () => {
    const { block, asked, time } = counter(1000, 4);
    const iterations = block();
    while ((await next(iterations)) !== undefined) {
      time.ms += 1;
      await turn();
    }
    // Never more than an eighth of what was left, with 4 shards.
    let left = 1000;
    for (const wanted of asked) {
      expect(wanted).toBeLessThanOrEqual(Math.max(1, Math.ceil(left / 8)));
      left -= Math.min(wanted, left);
    }
  });

  it('says what it had drawn and did not hand out', async () => {
    const { block } = counter(100);
    const iterations = block();
    await Promise.all([next(iterations), next(iterations), next(iterations)]);
    await iterations.close();
    const [{ first, count } = { first: -1, count: -1 }] = iterations.leftover();
    expect(first).toBe(3);
    expect(count).toBeGreaterThan(0);
  });

  it('draws no more once it is closed, not even for those who wait', async () => {
    const { block, asked } = counter(100);
    const iterations = block();
    const waiting = iterations.take();
    await iterations.close();
    await waiting;
    expect([asked, iterations.leftover()]).toEqual([[], []]);
  });

  it('gives every iteration of the run out exactly once, whatever the shards and their users', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 40 }), sizes, async (limit, usersOfShards) => {
        const { block, time } = counter(limit, usersOfShards.length);
        const given = await Promise.all(
          usersOfShards.map(async (users) => {
            const iterations = block();
            return await Promise.all(Array.from({ length: users }, () => iterationsOf(iterations, time)));
          }),
        );
        const numbers = given.flat(2).toSorted((one, other) => one - other);
        expect(numbers).toEqual(Array.from({ length: limit }, (_, number) => number));
      }),
      { numRuns: 100 },
    );
  });
});

async function iterationsOf(block: IterationBlock, time: { ms: number }): Promise<number[]> {
  const taken: number[] = [];
  for (;;) {
    const iteration = await next(block);
    time.ms += 50;
    if (iteration === undefined) return taken;
    taken.push(iteration);
  }
}
