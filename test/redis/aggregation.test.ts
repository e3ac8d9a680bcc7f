import { setTimeout as sleep } from 'node:timers/promises';
import type { AggregationHandler, AggregationLease, Report } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import type { RedisTransport } from '@tokenstorm/transport';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkpointOf, planOf, shardsOf, snapshotOf } from '../conformance/samples.ts';
import { aborted, firstOf, until } from '../conformance/waiting.ts';
import { startRedis } from '../support/services.ts';

const leaseMs = 3000;
let server: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis({ config: ['--appendonly', 'yes', '--appendfsync', 'always'] });
  redis = new Redis(server.url);
  redis.on('error', () => {});
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});
beforeEach(() => redis.flushall());

let members = 0;

function open(role: 'coordinator' | 'worker' | 'aggregator' = 'aggregator'): Promise<RedisTransport> {
  members += 1;
  return redisTransport({ url: server.url, role, memberId: `m${members}`, region: 'eu', leaseMs });
}

interface Held {
  readonly lease: AggregationLease;
  readonly signal: AbortSignal;
  readonly atMs: number;
}

/** A handler that keeps its runs until they are taken away, and those that it was given. */
function keeping(): { readonly held: Held[]; readonly handler: AggregationHandler } {
  const held: Held[] = [];
  const handler: AggregationHandler = async (lease, signal) => {
    held.push({ lease, signal, atMs: performance.now() });
    await aborted(signal);
  };
  return { held, handler };
}

async function heldBy(held: readonly Held[], count = 1): Promise<Held> {
  await until(() => held.length >= count);
  return held[count - 1] as Held;
}

describe('the right to fold a run', () => {
  it('lasts for as long as its holder lives', async () => {
    await using first = await open();
    await using second = await open();
    const [one, other] = [keeping(), keeping()];
    await using _one = await first.aggregations.work(one.handler);
    await first.aggregations.enqueue(planOf(1));
    const { lease, signal } = await heldBy(one.held);
    await using _other = await second.aggregations.work(other.handler);
    await sleep(2.5 * leaseMs);
    expect(lease.mayStillWrite()).toBe(true);
    expect(signal.aborted).toBe(false);
    expect(other.held).toHaveLength(0);
  });

  it('is the next one’s within a lease and a second when its holder is gone, from the sum stored last', async () => {
    const first = await open();
    await using second = await open();
    const [one, other] = [keeping(), keeping()];
    const log = second.snapshots('run1');
    for (const sequence of [1, 2, 3]) await log.append(snapshotOf(sequence));
    const entries = await firstOf(log, 3);
    await first.aggregations.work(one.handler);
    await first.aggregations.enqueue(planOf(1));
    const { lease, signal } = await heldBy(one.held);
    await sleep(5000);
    expect(await lease.advance(entries[1]?.id ?? '', () => Uint8Array.of(1, 2, 255))).toBe(true);
    expect(await lease.advance(entries[2]?.id ?? '', () => Uint8Array.of(9))).toBe(true);
    await using _other = await second.aggregations.work(other.handler);
    await first[Symbol.asyncDispose]();
    const goneAtMs = performance.now();
    const next = await heldBy(other.held);
    expect(next.atMs - goneAtMs).toBeLessThan(leaseMs + 1500);
    expect(next.lease.checkpoint).toEqual({ upToId: entries[1]?.id, state: Uint8Array.of(1, 2, 255) });
    expect((await firstOf(log, 1)).map(({ value }) => value.sequence)).toEqual([3]);
    await aborted(signal);
    expect(lease.mayStillWrite()).toBe(false);
  });

  it('is not its holder’s any more before it can be another’s, while Redis is away', async () => {
    await using first = await open();
    const one = keeping();
    await using _one = await first.aggregations.work(one.handler);
    await first.aggregations.enqueue(planOf(1));
    const { lease, signal } = await heldBy(one.held);
    await server.kill();
    const awayAtMs = performance.now();
    await aborted(signal);
    expect(performance.now() - awayAtMs).toBeLessThan(leaseMs);
    expect(lease.mayStillWrite()).toBe(false);
    expect(await lease.advance('1-1', () => Uint8Array.of())).toBe(false);
    expect(await lease.endEpoch(0, 1)).toBeUndefined();
    await server.start();
    const again = await heldBy(one.held, 2);
    expect(again.lease.mayStillWrite()).toBe(true);
  });

  it('is fenced: whoever lost it stores and forgets nothing, though its own clock does not tell it', async () => {
    await using first = await open();
    const one = keeping();
    await using _one = await first.aggregations.work(one.handler);
    const log = first.snapshots('run1');
    for (const sequence of [1, 2]) await log.append(snapshotOf(sequence));
    const [entry] = await firstOf(log, 1);
    await first.aggregations.enqueue(planOf(1));
    const { lease, signal } = await heldBy(one.held);
    const otherToken = 'another';
    await redis.set('{tokenstorm}:aggregations:run1:lock', otherToken, 'PX', 30_000);
    for (let count = 0; count < 5000; count += 1)
      await lease.advance(entry?.id ?? '', () => Uint8Array.of(7));
    expect(signal.aborted).toBe(true);
    expect(lease.mayStillWrite()).toBe(false);
    expect(await redis.exists('{tokenstorm}:run:run1:aggregation')).toBe(0);
    expect(await redis.xlen('{tokenstorm}:run:run1:snapshots')).toBe(2);
    expect(await redis.get('{tokenstorm}:aggregations:run1:lock')).toBe(otherToken);
  });

  it('is given to nobody for a run that has its report, or that was forgotten', async () => {
    await using transport = await open();
    const { held, handler } = keeping();
    for (const runId of ['ended', 'forgotten', 'alive'])
      await transport.aggregations.enqueue(planOf(1, runId));
    const report = { verdict: 'passed', validity: { level: 'valid' } } as unknown as Report;
    await transport.runs.end('ended', report);
    await redis.del('{tokenstorm}:run:forgotten:plan');
    await using _work = await transport.aggregations.work(handler);
    const { lease } = await heldBy(held);
    expect(lease.plan.runId).toBe('alive');
    await until(async () => (await redis.zcard('{tokenstorm}:aggregations:completed')) === 2);
    await transport.aggregations.enqueue(planOf(1, 'ended'));
    await sleep(1000);
    expect(held).toHaveLength(1);
  });

  it('comes back to somebody after a handler that rejected, once the lease has run out', async () => {
    await using first = await open();
    await using second = await open();
    const { held, handler } = keeping();
    const failing = await first.aggregations.work(async () => {
      throw new Error('no luck');
    });
    await first.aggregations.enqueue(planOf(1));
    await sleep(1000);
    await expect(failing[Symbol.asyncDispose]()).rejects.toThrow('no luck');
    await using _work = await second.aggregations.work(handler);
    expect((await heldBy(held)).lease.plan.runId).toBe('run1');
  });

  it('goes to the idle of two aggregators', async () => {
    await using first = await open();
    await using second = await open();
    const [one, other] = [keeping(), keeping()];
    await using _one = await first.aggregations.work(one.handler);
    await using _other = await second.aggregations.work(other.handler);
    expect(await first.fleet.aggregators()).toBe(2);
    for (const runId of ['run1', 'run2', 'run3', 'run4']) {
      await first.aggregations.enqueue(planOf(1, runId));
      await until(() => one.held.length + other.held.length >= Number(runId.slice(3)));
    }
    expect(Math.min(one.held.length, other.held.length)).toBeGreaterThanOrEqual(1);
  });
});

describe('ending an epoch', () => {
  it('is done only where its worker was not heard of for a lease, and tells how far it had come', async () => {
    await using aggregator = await open();
    await using worker = await open('worker');
    const { held, handler } = keeping();
    await using _work = await aggregator.aggregations.work(handler);
    await aggregator.aggregations.enqueue(planOf(1));
    await aggregator.shards.enqueue(shardsOf(1));
    const { lease } = await heldBy(held);
    expect(await lease.endEpoch(0, 1)).toBeUndefined();
    const dying = await open('worker');
    const commits: string[] = [];
    void dying.shards
      .work(async (shard, signal) => {
        for (const sequence of [1, 2])
          commits.push(JSON.stringify(await shard.commit(snapshotOf(sequence), checkpointOf(sequence))));
        await aborted(signal);
      })
      .catch(() => {});
    await until(() => commits.length === 2);
    await sleep(5000);
    expect(await lease.endEpoch(0, 1)).toBeUndefined();
    await dying[Symbol.asyncDispose]();
    const goneAtMs = performance.now();
    let sequence: number | undefined;
    await until(async () => {
      sequence = await lease.endEpoch(0, 1);
      return sequence !== undefined;
    });
    expect(sequence).toBe(2);
    expect(performance.now() - goneAtMs).toBeGreaterThan(leaseMs / 2);
    expect(performance.now() - goneAtMs).toBeLessThan(leaseMs + 1000);
    expect(await lease.endEpoch(0, 1)).toBe(2);
    expect(await lease.endEpoch(0, 9)).toBeUndefined();
    expect(await lease.endEpoch(7, 1)).toBeUndefined();
    const epochs: number[] = [];
    await using _next = await worker.shards.work(async (shard, signal) => {
      epochs.push(shard.epoch);
      await aborted(signal);
    });
    await until(() => epochs.length === 1);
    expect(epochs).toEqual([2]);
  }, 60_000);

  it('waits for 5 s after Redis was away, for the workers to be heard of again', async () => {
    await using aggregator = await open();
    const { held, handler } = keeping();
    await using _work = await aggregator.aggregations.work(handler);
    await aggregator.aggregations.enqueue(planOf(1));
    const { lease } = await heldBy(held);
    await redis.hset('{tokenstorm}:run:run1:shard:0', 'epoch', '1', 'seq:1', '4');
    await sleep(5100 - (aggregator.clock.nowMs() - aggregator.connectedSinceMs));
    await server.kill();
    await server.start();
    await until(() => aggregator.clock.nowMs() - aggregator.connectedSinceMs < 3000);
    const backAtMs = performance.now();
    await until(async () => (await lease.endEpoch(0, 1)) === 4);
    expect(performance.now() - backAtMs).toBeGreaterThan(4500);
    expect(lease.mayStillWrite()).toBe(true);
  }, 60_000);
});
