import { expect, it } from 'vitest';
import { planRegionalShards, planShards } from './shards.ts';

it('numbers the slices of all regions through', () => {
  expect(planShards([{ name: 'eu' }, { name: 'us' }], 2)).toEqual([
    { shard: 0, region: 'eu', slice: 0, count: 2 },
    { shard: 1, region: 'eu', slice: 1, count: 2 },
    { shard: 2, region: 'us', slice: 0, count: 2 },
    { shard: 3, region: 'us', slice: 1, count: 2 },
  ]);
});

it('numbers regions of different size slice by slice', () => {
  const planned = planRegionalShards([
    { name: 'eu', shards: 3 },
    { name: 'us', shards: 1 },
  ]);
  expect(planned).toEqual([
    { shard: 0, region: 'eu', slice: 0, count: 3 },
    { shard: 1, region: 'us', slice: 0, count: 1 },
    { shard: 2, region: 'eu', slice: 1, count: 3 },
    { shard: 3, region: 'eu', slice: 2, count: 3 },
  ]);
});
