import { setTimeout as sleep } from 'node:timers/promises';
import type { ShardLease } from '@tokenstorm/core';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { shardsOf } from '../conformance/samples.ts';
import { aborted, firstOf, until } from '../conformance/waiting.ts';
import { startRedis } from '../support/services.ts';
import { commitNext, coordinator, worker } from './shards-fleet.ts';

const kept = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];

it('keeps its shards over a restart of Redis that is shorter than a lease, and loses no commit', async () => {
  await using redis = await startRedis({ config: kept });
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue(shardsOf(4));
  await using transport = await worker(redis.url, 'w1', { leaseMs: 8000 });
  const taken: ShardLease[] = [];
  const results: unknown[] = [];
  await using _work = await transport.shards.work(async (lease, signal) => {
    taken.push(lease);
    for (let sequence = 1; !signal.aborted && sequence <= 20; sequence += 1) {
      results.push(await commitNext(lease, sequence));
      await sleep(100);
    }
    await aborted(signal);
  });
  await until(() => results.length >= 12);
  await redis.kill();
  await sleep(1500);
  await redis.start();
  await until(() => results.length === 80);
  expect(taken).toHaveLength(4);
  expect(new Set(results)).toEqual(new Set(['stored']));
  expect(taken.every((lease) => lease.mayStillSend())).toBe(true);
  const stored = await firstOf(planner.snapshots('run1'), 80);
  for (const { shard } of taken.map((lease) => lease.shard)) {
    const sequences = stored.filter(({ value }) => value.shard === shard).map(({ value }) => value.sequence);
    expect(sequences).toEqual(Array.from({ length: 20 }, (_, place) => place + 1));
  }
}, 60_000);

it('stops by itself where Redis is away for longer than a lease, and takes its shards again afterwards', async () => {
  await using redis = await startRedis({ config: kept });
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue(shardsOf(4));
  const states: string[] = [];
  await using transport = await worker(redis.url, 'w1', { onConnection: (state) => states.push(state) });
  const ends: unknown[] = [];
  const tails: unknown[] = [];
  const epochs: number[] = [];
  await using _work = await transport.shards.work(async (lease, signal) => {
    epochs.push(lease.epoch);
    let sequence = 0;
    while (!signal.aborted) {
      sequence += 1;
      await Promise.race([commitNext(lease, sequence), aborted(signal)]);
      await sleep(100);
    }
    if (lease.epoch > 1) return;
    ends.push(signal.reason, lease.mayStillSend());
    tails.push(await commitNext(lease, sequence + 1));
  });
  await until(() => epochs.length === 4);
  await sleep(300);
  await redis.kill();
  await until(() => ends.length === 8);
  expect(ends).toEqual(['lost', 'lost', 'lost', 'lost'].flatMap((end) => [end, false]));
  await redis.start();
  await until(() => epochs.length === 8);
  await until(() => tails.length === 4);
  expect(epochs.slice(4)).toEqual([2, 2, 2, 2]);
  expect(tails).toEqual(['late', 'late', 'late', 'late']);
  expect(states).toEqual(['lost', 'back']);
}, 60_000);

it('asks again where Redis refuses a commit for want of memory, and tells of it', async () => {
  await using redis = await startRedis();
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue(shardsOf(1));
  const problems: string[] = [];
  const onProblem = ({ message }: Error) => void problems.push(message);
  await using transport = await worker(redis.url, 'w1', { leaseMs: 8000, onProblem });
  const held = Promise.withResolvers<ShardLease>();
  await using _work = await transport.shards.work(async (lease, signal) => {
    held.resolve(lease);
    await aborted(signal);
  });
  const lease = await held.promise;
  expect(await commitNext(lease, 1)).toBe('stored');
  const admin = new Redis(redis.url);
  await admin.config('SET', 'maxmemory', '1');
  const commit = commitNext(lease, 2);
  await until(() => problems.some((problem) => problem.includes('has no memory left')));
  await admin.config('SET', 'maxmemory', '0');
  admin.disconnect();
  expect(await commit).toBe('stored');
  expect(lease.mayStillSend()).toBe(true);
}, 60_000);

it('rejects what it cannot commit any more once Redis is gone for good', async () => {
  await using redis = await startRedis();
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue(shardsOf(2));
  const transport = await worker(redis.url, 'w1', { giveUpMs: 1500 });
  const work = await transport.shards.work(async (lease) => {
    for (let sequence = 1; ; sequence += 1) {
      await commitNext(lease, sequence);
      await sleep(100);
    }
  });
  await sleep(300);
  await redis.stop();
  await sleep(2500);
  const endingAtMs = performance.now();
  await expect(work[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'E_REDIS', exitCode: 97 });
  await transport[Symbol.asyncDispose]();
  expect(performance.now() - endingAtMs).toBeLessThan(2000);
}, 60_000);
