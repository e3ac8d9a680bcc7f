import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IterationBlock } from './iteration-block.ts';

/** A counter of the whole run that answers a moment later, in whatever order. */
function counter(limit: number) {
  let taken = 0;
  const asked: number[] = [];
  const reserve = async (wanted: number) => {
    const granted = Math.min(wanted, limit - taken);
    taken += granted;
    asked.push(wanted);
    await Promise.resolve();
    return granted;
  };
  return { reserve, asked };
}

describe('IterationBlock', () => {
  it('hands out a block one by one, at once but for the first, then draws the next', async () => {
    const { reserve, asked } = counter(5);
    const block = new IterationBlock(reserve, 3);
    const first = block.take();
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toBe(true);
    expect([block.take(), block.take()]).toEqual([true, true]);
    expect(asked).toEqual([3]);
    expect(await block.take()).toBe(true);
    expect(await block.take()).toBe(true);
    expect(await block.take()).toBe(false);
    expect(await block.take()).toBe(false);
  });

  it('draws one block for all users who find it empty', async () => {
    const { reserve, asked } = counter(100);
    const block = new IterationBlock(reserve, 4);
    expect(await Promise.all([block.take(), block.take(), block.take()])).toEqual([true, true, true]);
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
        expect(given.flat().reduce((sum, count) => sum + count, 0)).toBe(limit);
      }),
      { numRuns: 100 },
    );
  });
});

async function iterationsOf(block: IterationBlock): Promise<number> {
  let count = 0;
  while (await block.take()) count += 1;
  return count;
}
