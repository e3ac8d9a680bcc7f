import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planShards } from './shards.ts';
import { splitByWeight } from './split.ts';
import { userLevels } from './user-levels.ts';

const halves = [
  { name: 'eu', weight: 0.5 },
  { name: 'us', weight: 0.5 },
];

const regionLists = fc
  .array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 5 })
  .map((weights) => weights.map((weight, index) => ({ name: `r${index}`, weight })));

describe('userLevels', () => {
  it('lets equal regions take turns', () => {
    const levels = planShards(halves, 1).map((shard) => userLevels(10, halves, shard));
    expect(levels).toEqual([
      [1, 3, 5, 7, 9],
      [2, 4, 6, 8, 10],
    ]);
  });

  it('gives each level to exactly one user of one shard', () => {
    const sizes = [fc.integer({ min: 0, max: 200 }), regionLists, fc.integer({ min: 1, max: 8 })] as const;
    fc.assert(
      fc.property(...sizes, (peak, regions, shardsPerRegion) => {
        const levels = planShards(regions, shardsPerRegion).map((shard) => userLevels(peak, regions, shard));
        levels.forEach((own) => expect(own).toEqual(own.toSorted((a, b) => a - b)));
        const all = levels.flat().toSorted((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: peak }, (_, index) => index + 1));
      }),
    );
  });

  it('gives each region its share at the peak, and its shards equal parts of it', () => {
    const regions = [
      { name: 'a', weight: 0.43 },
      { name: 'b', weight: 0.43 },
      { name: 'c', weight: 0.14 },
    ];
    const shards = planShards(regions, 4);
    const users = shards.map((shard) => userLevels(11, regions, shard).length);
    // Exact shares of 11: 4.73, 4.73 and 1.54.
    expect(splitByWeight(11, [0.43, 0.43, 0.14])).toEqual([5, 5, 1]);
    expect(users).toEqual([2, 1, 1, 1, 2, 1, 1, 1, 1, 0, 0, 0]);
  });
});
