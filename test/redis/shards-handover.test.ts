import { setTimeout as sleep } from 'node:timers/promises';
import type { ShardHandler } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { shardsOf } from '../conformance/samples.ts';
import { until } from '../conformance/waiting.ts';
import { startRedis } from '../support/services.ts';
import { coordinator, holder, leaseMs, worker } from './shards-fleet.ts';

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
  });
  await sleep(leaseMs);
  expect([prepared.toSorted(), one.leases.size, two.leases.size]).toEqual([['run1 eu', 'run2 eu'], 8, 0]);
  expect(await planner.fleet.workers()).toEqual({ eu: 1 });
  ready.resolve();
  await using _second = await working;
  await until(() => two.leases.size === 4);
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
