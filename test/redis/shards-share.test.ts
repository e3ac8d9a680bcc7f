import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { shardsOf } from '../conformance/samples.ts';
import { until } from '../conformance/waiting.ts';
import { startRedis } from '../support/services.ts';
import { coordinator, holder, leaseMs, worker } from './shards-fleet.ts';

it('spreads 32 shards evenly over the workers that are there, as they come and go', async () => {
  await using redis = await startRedis();
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue(shardsOf(32));
  const sizes = () => holders.map(({ leases }) => leases.size).toSorted((a, b) => a - b);
  const holders = [holder(), holder(), holder()] as const;
  const [one, two, three] = holders;

  await using first = await worker(redis.url, 'w1');
  await using _first = await first.shards.work(one.handler);
  expect(sizes()).toEqual([0, 0, 32]);

  await using second = await worker(redis.url, 'w2');
  await using _second = await second.shards.work(two.handler);
  await until(() => sizes().join() === '0,16,16');

  await using third = await worker(redis.url, 'w3');
  const working = await third.shards.work(three.handler);
  await until(() => sizes().join() === '10,11,11');

  await working[Symbol.asyncDispose]();
  await until(() => sizes().join() === '0,16,16');

  // Nothing moves any more: neither a shard, nor one and back again.
  const settled = [...one.leases, ...two.leases];
  await sleep(leaseMs);
  expect([...one.leases, ...two.leases]).toEqual(settled);
  expect(new Set(settled.map(({ shard }) => shard.shard)).size).toBe(32);
}, 60_000);

it('gives one of two shards to each of two workers, and none to a third', async () => {
  await using redis = await startRedis();
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue(shardsOf(2));
  const holders = [holder(), holder(), holder()];
  await using first = await worker(redis.url, 'w1');
  await using _first = await first.shards.work(holders[0]!.handler);
  await using second = await worker(redis.url, 'w2');
  await using _second = await second.shards.work(holders[1]!.handler);
  await until(() => holders[0]!.leases.size === 1 && holders[1]!.leases.size === 1);
  await using third = await worker(redis.url, 'w0');
  await using _third = await third.shards.work(holders[2]!.handler);
  await sleep(leaseMs);
  expect(holders.map(({ leases }) => leases.size)).toEqual([1, 1, 0]);
});

it('tells who is there, and forgets who leaves at once', async () => {
  await using redis = await startRedis();
  await using planner = await coordinator(redis.url);
  expect(await planner.fleet.workers()).toEqual({});
  await using first = await worker(redis.url, 'w1');
  const working = await first.shards.work(holder().handler);
  await using second = await worker(redis.url, 'w2', { region: 'us east' });
  await using _second = await second.shards.work(holder().handler);
  expect(await planner.fleet.workers()).toEqual({ eu: 1, 'us east': 1 });
  await working[Symbol.asyncDispose]();
  expect(await planner.fleet.workers()).toEqual({ 'us east': 1 });
});
