import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ShardLease } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { shardsOf } from '../conformance/samples.ts';
import { aborted, until } from '../conformance/waiting.ts';
import { closedPort } from '../support/closed-port.ts';
import { emptiedRedis } from '../support/emptied-redis.ts';
import { startRedis } from '../support/services.ts';
import { commitNext, coordinator, holder, worker } from './shards-fleet.ts';

const plan = '{tokenstorm}:run:run1:plan';
const shard = '{tokenstorm}:run:run1:shard:0';
const lock = '{tokenstorm}:shards-eu:run1-0:lock';
const request = { loadKey: 'chat/openai', counter: 'requests', wanted: 3, limit: 40 };

const server = emptiedRedis();

it('gives a shard back, and does not take it for done, where Redis refuses to say what its run is', async () => {
  await using planner = await coordinator(server.url);
  await planner.shards.enqueue(shardsOf(1));
  const text = (await server.redis.get(plan)) ?? '';
  await server.redis.del(plan);
  await server.redis.rpush(plan, 'not a text');
  const problems: string[] = [];
  const held = holder();
  await using transport = await worker(server.url, 'w1', {
    onProblem: ({ message }) => problems.push(message),
  });
  await using _work = await transport.shards.work(held.handler);
  await until(() => problems.some((problem) => problem.includes('WRONGTYPE')));
  await server.redis.set(plan, text);
  await until(() => held.leases.size === 1);
});

it('leaves no job for ever of which only the name was known any more', async () => {
  await using planner = await coordinator(server.url);
  await planner.shards.enqueue(shardsOf(1));
  await server.redis.del(plan, '{tokenstorm}:shards-eu:run1-0');
  await using transport = await worker(server.url, 'w1');
  await using _work = await transport.shards.work(holder().handler);
  await sleep(600);
  const left = await server.redis.keys('{tokenstorm}:shards-eu:run1-0*');
  for (const key of left) expect([key, await server.redis.ttl(key)]).not.toEqual([key, -1]);
});

it('does not take a lost lease for the end of the iterations', async () => {
  await using held = await holdOne();
  const { lease } = held;
  expect(await lease.reserve(request)).toEqual({ first: 0, count: 3 });
  await server.redis.set(lock, 'of somebody else');
  expect(await lease.reserve(request)).toEqual({ first: 0, count: 0 });
  // Whoever asked tells by this that there may be more of them.
  expect(lease.mayStillSend()).toBe(false);
  expect(held.signal.reason).toBe('lost');
});

it('numbers no epoch twice where Redis has forgotten that one began', async () => {
  await using held = await holdOne();
  const { lease } = held;
  expect(await commitNext(lease, 1)).toBe('stored');
  // As after a crash: the second in which the epoch began is gone.
  await server.redis.del(shard, lock);
  await server.redis.hset(shard, 'epoch', '0');
  expect(await commitNext(lease, 2)).toEqual({ storedUpTo: 0 });
  expect(await commitNext(lease, 1)).toBe('late');
  expect(await server.redis.hget(shard, 'epoch')).toBe('1');
});

it('stores nothing of a forgotten epoch once another one has its number', async () => {
  await using held = await holdOne();
  const { lease } = held;
  expect(await commitNext(lease, 1)).toBe('stored');
  await server.redis.hset(shard, 'token', 'of another holder');
  await server.redis.set(lock, 'of another holder');
  const before = await server.redis.xlen('{tokenstorm}:run:run1:snapshots');
  expect(await commitNext(lease, 2)).toBe('fenced');
  expect(await server.redis.xlen('{tokenstorm}:run:run1:snapshots')).toBe(before);
});

it('connects anew where its Redis has become a replica, and goes on with whatever it finds then', async () => {
  await using own = await startRedis();
  await using planner = await coordinator(own.url);
  await planner.shards.enqueue(shardsOf(1));
  const states: string[] = [];
  const transport = await worker(own.url, 'w1', {
    leaseMs: 20_000,
    onConnection: (state) => states.push(state),
  });
  await using _transport = transport;
  const taken = Promise.withResolvers<ShardLease>();
  await using _work = await transport.shards.work(async (lease, signal) => {
    taken.resolve(lease);
    await aborted(signal);
  });
  const lease = await taken.promise;
  const admin = new Redis(own.url);
  await admin.call('REPLICAOF', '127.0.0.1', String(await closedPort()));
  const commit = commitNext(lease, 1);
  await until(() => states.includes('back'));
  await admin.call('REPLICAOF', 'NO', 'ONE');
  admin.disconnect();
  expect(await commit).toBe('stored');
}, 30_000);

/** One shard, and a worker that has it until its end. */
async function holdOne() {
  await using opening = new AsyncDisposableStack();
  const planner = opening.use(await coordinator(server.url));
  await planner.shards.enqueue(shardsOf(1));
  const transport = opening.use(await worker(server.url, 'w1', { leaseMs: 8000 }));
  const held = Promise.withResolvers<{ readonly lease: ShardLease; readonly signal: AbortSignal }>();
  opening.use(
    await transport.shards.work(async (lease, signal) => {
      held.resolve({ lease, signal });
      await aborted(signal);
    }),
  );
  const { lease, signal } = await held.promise;
  const parts = opening.move();
  return { lease, signal, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
