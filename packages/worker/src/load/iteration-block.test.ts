import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IterationBlock } from './iteration-block.ts';

/** A counter of the whole run that answers a moment later, in whatever order. */
function counter(limit: number) {
  let taken = 0;
  const asked: number[] = [];
  const reserve = async (wanted: number) => {
    const range = { first: taken, count: Math.min(wanted, limit - taken) };
    taken += range.count;
    asked.push(wanted);
    await Promise.resolve();
    return range;
  };
  return { reserve, asked };
}

describe('IterationBlock', () => {
  it('hands out a block one by one, at once but for the first, then draws the next', async () => {
    const { reserve, asked } = counter(5);
    const block = new IterationBlock(reserve, 3);
    const first = block.take();
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toBe(0);
    expect([block.take(), block.take()]).toEqual([1, 2]);
    expect(asked).toEqual([3]);
    expect(await block.take()).toBe(3);
    expect(await block.take()).toBe(4);
    expect(await block.take()).toBeUndefined();
    expect(await block.take()).toBeUndefined();
  });

  it('draws one block for all users who find it empty', async () => {
    const { reserve, asked } = counter(100);
    const block = new IterationBlock(reserve, 4);
    expect(await Promise.all([block.take(), block.take(), block.take()])).toEqual([0, 1, 2]);
    expect(asked).toEqual([4]);
  });

  it('gives every iteration of the run out exactly once, whatever the shards and their users', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 40 }), sizes, async (limit, usersOfShards) => {
        const { reserve } = counter(limit);
        const given = await Promise.all(
          usersOfShards.map(async (users) => {
            const block = new IterationBlock(reserve, users);
            return await Promise.all(Array.from({ length: users }, () => iterationsOf(block)));
          }),
        );
        const numbers = given.flat(2).toSorted((one, other) => one - other);
        expect(numbers).toEqual(Array.from({ length: limit }, (_, number) => number));
      }),
      { numRuns: 100 },
    );
  });
});

async function iterationsOf(block: IterationBlock): Promise<number[]> {
  const taken: number[] = [];
  for (;;) {
    const iteration = await block.take();
    if (iteration === undefined) return taken;
    taken.push(iteration);
  }
}
