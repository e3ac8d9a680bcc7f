import { setTimeout as sleep } from 'node:timers/promises';
import type { ShardHandler } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { shardsOf } from '../conformance/samples.ts';
import { until } from '../conformance/waiting.ts';
import { startRedis } from '../support/services.ts';
import { coordinator, holder, leaseMs, worker } from './shards-fleet.ts';

type Holder = ReturnType<typeof holder>;

it('takes no shard from others before it is ready for their runs', async () => {
  await using redis = await startRedis();
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue([...shardsOf(4, 'run1'), ...shardsOf(4, 'run2')]);
  const [one, two] = [holder(), holder()];
  await using first = await worker(redis.url, 'w1');
  await using _first = await first.shards.work(one.handler);
  await until(() => one.leases.size === 8);

  await using second = await worker(redis.url, 'w2');
  const ready = Promise.withResolvers<void>();
  const prepared: string[] = [];
  const working = second.shards.work(two.handler, async ({ plan, region }) => {
    prepared.push(`${plan.runId} ${region}`);
    await ready.promise;
    // That of one run fails does not keep it from the others.
    if (plan.runId === 'run2') throw new Error('not to be had');
    return 'ready';
  });
  await sleep(leaseMs);
  expect([prepared.toSorted(), one.leases.size, two.leases.size]).toEqual([['run1 eu', 'run2 eu'], 8, 0]);
  expect(await planner.fleet.workers()).toEqual({ eu: 1 });
  ready.resolve();
  await using _second = await working;
  await until(() => two.leases.size === 4);
});

it('stays out of a run that it is not fit for, which the others share, and has its part of the other runs', async () => {
  await using redis = await startRedis();
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue([...shardsOf(8, 'run1'), ...shardsOf(8, 'run2')]);
  const holders = [holder(), holder(), holder()];
  const [one, two, three] = holders as [Holder, Holder, Holder];
  const heldOf = ({ leases }: Holder, run: string) =>
    [...leases.values()].filter(({ shard }) => shard.plan.runId === run).length;
  const held = () => holders.map((each) => [heldOf(each, 'run1'), heldOf(each, 'run2')].join());
  await using first = await worker(redis.url, 'w1');
  await using _first = await first.shards.work(one.handler);
  await until(() => one.leases.size === 16);
  await using second = await worker(redis.url, 'w2');
  const working = await second.shards.work(two.handler, async ({ plan }) =>
    plan.runId === 'run1' ? 'unfit' : 'ready',
  );
  await until(() => held().join(' ') === '8,4 0,4 0,0');
  await using third = await worker(redis.url, 'w3');
  const leaving = await third.shards.work(three.handler);
  // 8 and 8 of the one run, 3, 3 and 2 of the other.
  await until(() =>
    held().every((each, index) => (index === 1 ? ['0,3', '0,2'] : ['4,3', '4,2']).includes(each)),
  );
  await leaving[Symbol.asyncDispose]();
  await until(() => held().join(' ') === '8,4 0,4 0,0');
  await working[Symbol.asyncDispose]();
  await until(() => held().join(' ') === '8,8 0,0 0,0');
}, 30_000);

it('has a run that nobody else is there for, fit or not', async () => {
  await using redis = await startRedis();
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue(shardsOf(4));
  await using alone = await worker(redis.url, 'w1');
  const one = holder();
  await using _working = await alone.shards.work(one.handler, async () => 'unfit');
  await until(() => one.leases.size === 4);
});

it('leaves no shard alone for long that passes on to another worker, whether one comes or one goes', async () => {
  await using redis = await startRedis();
  await using planner = await coordinator(redis.url);
  await planner.shards.enqueue(shardsOf(32));
  const idle = new IdleTimes();
  const [one, two] = [holder(), holder()];
  // As users have it: a worker looks each second how many others there are.
  const options = { leaseMs: 10_000 };
  await using first = await worker(redis.url, 'w1', options);
  await using _first = await first.shards.work(idle.watch(one.handler));
  await using second = await worker(redis.url, 'w2', options);
  const working = await second.shards.work(idle.watch(two.handler));
  await until(() => one.leases.size === 16 && two.leases.size === 16);
  const joined = idle.take();

  const ending = working[Symbol.asyncDispose]();
  await sleep(900);
  // It goes on until the other one can have heard of it, and is not counted any more.
  expect([two.leases.size, await planner.fleet.workers()]).toEqual([16, { eu: 1 }]);
  await ending;
  await until(() => one.leases.size === 32);
  const left = idle.take();
  expect([joined.length, left.length]).toEqual([16, 16]);
  // 0.03 to 0.1 s by itself; this machine may have others to serve.
  for (const times of [joined, left]) expect(medianOf(times)).toBeLessThan(500);
}, 30_000);

/** How long shards were nobody's, ms. */
class IdleTimes {
  readonly #sinceMs = new Map<number, number>();
  #times: number[] = [];

  watch(handler: ShardHandler): ShardHandler {
    return async (lease, signal) => {
      const { shard } = lease.shard;
      const sinceMs = this.#sinceMs.get(shard);
      if (sinceMs !== undefined) this.#times.push(performance.now() - sinceMs);
      signal.addEventListener('abort', () => this.#sinceMs.set(shard, performance.now()), { once: true });
      await handler(lease, signal);
    };
  }

  take(): number[] {
    const times = this.#times;
    this.#times = [];
    return times;
  }
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[times.length >> 1] ?? Infinity;
}
