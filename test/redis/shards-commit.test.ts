import { setTimeout as sleep } from 'node:timers/promises';
import type { ShardLease } from '@tokenstorm/core';
import type { RedisTransport } from '@tokenstorm/transport';
import { expect, it } from 'vitest';
import { checkpointOf, shardsOf, snapshotOf } from '../conformance/samples.ts';
import { aborted, firstOf, until } from '../conformance/waiting.ts';
import { emptiedRedis } from '../support/emptied-redis.ts';
import { commitNext, coordinator, holder, leaseMs, worker } from './shards-fleet.ts';
import { startProxy } from './shards-proxy.ts';

const request = { loadKey: 'chat/openai', counter: 'requests', wanted: 3, limit: 40 };

const server = emptiedRedis();

it('stores a commit once whose answer got lost, and a reservation too', async () => {
  await using proxy = await startProxy(server.url);
  await using held = await holdOne(proxy.url);
  const { lease } = held;
  expect(await commitNext(lease, 1)).toBe('stored');
  expect(await lease.reserve(request)).toEqual({ first: 0, count: 3 });

  proxy.dropAnswers();
  const commit = commitNext(lease, 2);
  const reservation = lease.reserve(request);
  await until(async () => (await server.redis.xlen('{tokenstorm}:run:run1:snapshots')) === 2);
  await until(async () => (await server.redis.hget('{tokenstorm}:run:run1:iterations', 'requests')) === '6');
  proxy.heal();

  expect(await commit).toBe('stored');
  expect(await reservation).toEqual({ first: 3, count: 3 });
  expect(await lease.reserve(request)).toEqual({ first: 6, count: 3 });
  expect(await commitNext(lease, 3)).toBe('stored');
  const stored = await firstOf(held.transport.snapshots('run1'), 3);
  expect(stored.map(({ value }) => value.sequence)).toEqual([1, 2, 3]);
});

it('ends a lease by itself where Redis cannot be reached, and stores what comes afterwards as a tail', async () => {
  await using proxy = await startProxy(server.url);
  await using held = await holdOne(proxy.url);
  const { lease } = held;
  expect(await commitNext(lease, 1)).toBe('stored');
  expect(await lease.reserve(request)).toEqual({ first: 0, count: 3 });

  proxy.freeze();
  const frozenAtMs = performance.now();
  const commit = commitNext(lease, 2);
  await aborted(held.signal);
  expect(held.signal.reason).toBe('lost');
  expect(performance.now() - frozenAtMs).toBeLessThan(leaseMs);
  expect(lease.mayStillSend()).toBe(false);
  expect(await lease.reserve(request)).toEqual({ first: 0, count: 0 });

  const next = holder();
  await using other = await worker(server.url, 'w2');
  await using _work = await other.shards.work(next.handler);
  await until(() => next.leases.size === 1);
  const [taken] = next.leases;
  expect(taken).toMatchObject({ epoch: 2, checkpoint: checkpointOf(1), reserved: { 'chat/openai': 3 } });
  expect(await taken?.reserve(request)).toEqual({ first: 3, count: 3 });

  proxy.heal();
  expect(await commit).toBe('late');
  expect(await commitNext(lease, 3)).toBe('late');
  expect(await commitNext(lease, 5)).toEqual({ storedUpTo: 3 });
  expect(await server.redis.hget('{tokenstorm}:run:run1:shard:0', 'checkpoint')).toBe(
    JSON.stringify(checkpointOf(1)),
  );
  expect(await commitNext(taken!, 1)).toBe('stored');
  expect(taken?.mayStillSend()).toBe(true);
}, 60_000);

it('ends a lease that somebody else has, with the first commit that tells of it', async () => {
  await using held = await holdOne(server.url);
  await server.redis.set('{tokenstorm}:shards-eu:run1-0:lock', 'somebody else');
  expect(await commitNext(held.lease, 1)).toBe('late');
  expect(held.signal.reason).toBe('lost');
  expect(held.lease.mayStillSend()).toBe(false);
});

it('renews a lease that commits nothing', async () => {
  await using held = await holdOne(server.url);
  await sleep(1.5 * leaseMs);
  expect(held.lease.mayStillSend()).toBe(true);
  expect(held.signal.aborted).toBe(false);
  expect(await server.redis.exists('{tokenstorm}:run:run1:alive:0:1')).toBe(1);
  expect(await commitNext(held.lease, 1)).toBe('stored');
});

it('keeps what was given back as it was, whatever the tail says before somebody takes it', async () => {
  await using held = await holdOne(server.url);
  const stopped = held.stop();
  const leftover = { 'chat/openai': [{ first: 5, count: 2 }] };
  const given = checkpointOf(1, { yielded: true, leftover });
  expect(await held.lease.commit(snapshotOf(1), given)).toBe('stored');
  expect(await commitNext(held.lease, 2)).toBe('late');
  const next = holder();
  await using other = await worker(server.url, 'w2');
  await using _work = await other.shards.work(next.handler);
  await until(() => next.leases.size === 1);
  expect([...next.leases][0]).toMatchObject({ epoch: 2, checkpoint: given });
  await held.give();
  await stopped;
});

it('completes a shard with its final commit: nobody takes it again, however often it is enqueued', async () => {
  await using held = await holdOne(server.url);
  expect(await commitNext(held.lease, 1, { final: true })).toBe('stored');
  expect(held.signal.aborted).toBe(false);
  expect(await server.redis.zcard('{tokenstorm}:shards-eu:completed')).toBe(1);
  await held.planner.shards.enqueue(shardsOf(1));
  const next = holder();
  await using other = await worker(server.url, 'w2');
  await using _work = await other.shards.work(next.handler);
  await sleep(600);
  expect(next.leases.size).toBe(0);
});

it('only completes a shard whose holder died between the final commit and that', async () => {
  await using held = await holdOne(server.url);
  await commitNext(held.lease, 1);
  await server.redis.hset('{tokenstorm}:run:run1:shard:0', 'final', '1');
  await held.give();
  const next = holder();
  await using other = await worker(server.url, 'w2');
  await using _work = await other.shards.work(next.handler);
  await until(async () => (await server.redis.zcard('{tokenstorm}:shards-eu:completed')) === 1);
  expect(next.leases.size).toBe(0);
});

it('fences whoever still has a shard of a run that is over', async () => {
  await using held = await holdOne(server.url);
  expect(await commitNext(held.lease, 1)).toBe('stored');
  await server.redis.set('{tokenstorm}:run:run1:report', '{}');
  await server.redis.del('{tokenstorm}:run:run1:shard:0', '{tokenstorm}:run:run1:snapshots');
  expect(await commitNext(held.lease, 2)).toBe('fenced');
  expect(held.signal.reason).toBe('lost');
  expect(await server.redis.exists('{tokenstorm}:run:run1:snapshots')).toBe(0);
});

it('keeps a shard whose handler rejected from everybody, until its process ends', async () => {
  await using planner = await coordinator(server.url);
  await planner.shards.enqueue(shardsOf(1));
  const failing = await worker(server.url, 'w1');
  const failed = Promise.withResolvers<void>();
  const work = await failing.shards.work(async () => {
    failed.resolve();
    throw new Error('no luck');
  });
  await failed.promise;
  const next = holder();
  await using other = await worker(server.url, 'w2');
  await using _work = await other.shards.work(next.handler);
  await sleep(leaseMs / 2);
  await expect(work[Symbol.asyncDispose]()).rejects.toThrow('no luck');
  await sleep(1.5 * leaseMs);
  expect(next.leases.size).toBe(0);
  await failing[Symbol.asyncDispose]();
  await until(() => next.leases.size === 1);
  expect([...next.leases][0]?.epoch).toBe(2);
}, 60_000);

it('tells of a job whose run is not known, and does not take it again', async () => {
  await using planner = await coordinator(server.url);
  await planner.shards.enqueue(shardsOf(1));
  await server.redis.del('{tokenstorm}:run:run1:plan');
  const problems: string[] = [];
  const held = holder();
  await using other = await worker(server.url, 'w1', { onProblem: ({ message }) => problems.push(message) });
  await using _work = await other.shards.work(held.handler);
  await sleep(600);
  expect(problems).toEqual(['Redis does not know the run of the shard run1-0, or not any more']);
  expect(held.leases.size).toBe(0);
});

it('leaves no key that lives for ever', async () => {
  await using planner = await coordinator(server.url);
  await planner.shards.enqueue(shardsOf(3));
  const lasting = async () => {
    const keys = await server.redis.keys('*');
    const lives = await Promise.all(keys.map(async (key) => [key, await server.redis.pttl(key)] as const));
    return lives.filter(([, ms]) => ms === -1).map(([key]) => key);
  };
  expect(await server.redis.keys('*')).not.toEqual([]);
  expect(await lasting()).toEqual([]);
  await using held = await worker(server.url, 'w1');
  const finished = Promise.withResolvers<void>();
  await using _work = await held.shards.work(async (lease, signal) => {
    await lease.reserve(request);
    await commitNext(lease, 1, {
      final: lease.shard.shard === 0,
      yielded: lease.shard.shard === 1 && lease.epoch === 1,
    });
    if (lease.shard.shard === 1 && lease.epoch === 2) finished.resolve();
    await aborted(signal);
  });
  await finished.promise;
  // BullMQ's check makes the set of those that may have stalled anew; the next beat sees to it.
  await until(async () => (await lasting()).length === 0);
});

/** One shard, and the worker that has it until `give`; from `stop` on it takes no other. */
async function holdOne(url: string) {
  await using opening = new AsyncDisposableStack();
  const planner: RedisTransport = opening.use(await coordinator(server.url));
  await planner.shards.enqueue(shardsOf(1));
  const transport = opening.use(await worker(url, 'w1'));
  const held = Promise.withResolvers<{ readonly lease: ShardLease; readonly signal: AbortSignal }>();
  const released = Promise.withResolvers<void>();
  const work = await transport.shards.work(async (lease, signal) => {
    held.resolve({ lease, signal });
    await released.promise;
  });
  const stop = () => work[Symbol.asyncDispose]();
  const give = async () => {
    released.resolve();
    await stop();
  };
  opening.defer(give);
  const { lease, signal } = await held.promise;
  const opened = opening.move();
  const dispose = { [Symbol.asyncDispose]: () => opened.disposeAsync() };
  return { planner, transport, lease, signal, stop, give, ...dispose };
}
