import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestRecord } from './__fixtures__/request-record.ts';
import { PromptSum, PromptTally } from './prompt-tally.ts';
import { RowSet } from './row-set.ts';

const row = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 8100, max: 8300 }), fc.nat());

describe('RowSet', () => {
  it('is a set', () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (left, right) => {
        const [set, other] = [new RowSet(), new RowSet()];
        const known = new Set<number>();
        for (const value of left) {
          expect(set.add(value)).toBe(!known.has(value));
          known.add(value);
        }
        for (const value of right) other.add(value);
        set.addAll(other);
        expect(set.size).toBe(new Set([...left, ...right]).size);
        expect(other.size).toBe(new Set(right).size);
        for (const value of right) expect(set.add(value)).toBe(false);
      }),
    );
  });
});

describe('PromptTally', () => {
  it('names a repeated prompt once, and counts those that are unique', () => {
    const tally = new PromptTally();
    expect(tally.take()).toBeUndefined();
    for (const promptRow of [3, 0, 3]) tally.record(requestRecord({ promptRow }));
    tally.record(requestRecord());
    expect(tally.take()).toEqual({ sent: 4, unique: 1, rows: [3, 0] });
    for (const promptRow of [3, 9]) tally.record(requestRecord({ promptRow }));
    tally.record(requestRecord({ attempts: [], outcome: 'cancelled', promptRow: 7 }));
    expect(tally.take()).toEqual({ sent: 2, unique: 0, rows: [9] });
    expect(tally.take()).toBeUndefined();
  });
});

describe('PromptSum', () => {
  it('unites what several shards sent, in any order', () => {
    const uses = [
      { sent: 5, unique: 2, rows: [0, 4] },
      { sent: 3, unique: 0, rows: [4, 100_000] },
      { sent: 1, unique: 0, rows: [] },
    ];
    const sums = [uses, uses.toReversed()].map((list) => {
      const sum = new PromptSum();
      for (const use of list) {
        const one = new PromptSum();
        one.add(use);
        sum.addSum(one);
      }
      return [sum.sent, sum.distinct];
    });
    expect(sums).toEqual([
      [9, 5],
      [9, 5],
    ]);
  });

  it('is the same as plain data, and as one use', () => {
    const sum = new PromptSum();
    sum.add({ sent: 5, unique: 1, rows: [31, 0, 32, 100_000] });
    expect(sum.use()).toEqual({ sent: 5, unique: 1, rows: [0, 31, 32, 100_000] });
    const restored = PromptSum.of(structuredClone(sum.state()));
    restored.add({ sent: 2, unique: 0, rows: [31, 33] });
    expect([restored.sent, restored.distinct]).toEqual([7, 6]);
    expect([sum.sent, sum.distinct]).toEqual([5, 5]);
  });
});
