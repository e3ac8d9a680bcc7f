import { expect, it } from 'vitest';
import { planShards } from './shards.ts';

it('numbers the slices of all regions through', () => {
  expect(planShards([{ name: 'eu' }, { name: 'us' }], 2)).toEqual([
    { shard: 0, region: 'eu', slice: 0, count: 2 },
    { shard: 1, region: 'eu', slice: 1, count: 2 },
    { shard: 2, region: 'us', slice: 0, count: 2 },
    { shard: 3, region: 'us', slice: 1, count: 2 },
  ]);
});
