import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RateLimiter } from '@tokenstorm/core';
import { startRedis } from '../support/services.ts';
import { bucketsOf, excessOf, join, takeUntil } from './limit-fleet.ts';
import type { UseLog } from './limit-fleet.ts';
import { startProxy } from './shards-proxy.ts';

/** What a holder that is not heard of held is given up after so long, by Redis. */
const leaseMs = 4000;
const one = { requests: 1 };
/** Nothing comes back while a test lasts. */
const frozenRate = bucketsOf({ requests: 0.01 }, 1000);

let server: Awaited<ReturnType<typeof startRedis>>;

beforeAll(async () => void (server = await startRedis()));
afterAll(() => server[Symbol.asyncDispose]());

/** How many permits are to be had now. */
async function takeAll(limiter: RateLimiter, buckets = frozenRate): Promise<number> {
  for (let taken = 0; ; taken += 1) if (!(await limiter.take(buckets, one)).granted) return taken;
}

describe.concurrent('a worker that is gone', () => {
  it('costs what it had ahead, and nothing else', async () => {
    await using way = await startProxy(server.url);
    await using dead = await join(way.url);
    await using other = await join(server.url);
    expect((await dead.limiter('dead').take(frozenRate, one)).granted).toBe(true);
    // What it leases ahead is on its way by then.
    await sleep(100);
    way.freeze();
    const left = await takeAll(other.limiter('dead'));
    // Ten were there, of which it has used one.
    expect(left).toBeLessThanOrEqual(9);
    expect(left).toBeGreaterThanOrEqual(6);
    await sleep(leaseMs + 500);
    expect(await takeAll(other.limiter('dead'))).toBe(0);
    way.heal();
  }, 20_000);

  it('gives back what it had ahead where it ends in order', async () => {
    const orderly = await join(server.url);
    await using other = await join(server.url);
    expect((await orderly.limiter('orderly').take(frozenRate, one)).granted).toBe(true);
    await sleep(100);
    await orderly[Symbol.asyncDispose]();
    expect(await takeAll(other.limiter('orderly'))).toBe(9);
  });

  it('holds the others up for a lease at most: the bucket fills up again without it', async () => {
    await using way = await startProxy(server.url);
    await using dead = await join(way.url);
    await using other = await join(server.url);
    const buckets = bucketsOf({ requests: 10 });
    expect((await dead.limiter('refilled').take(buckets, one)).granted).toBe(true);
    await sleep(100);
    way.freeze();
    await sleep(leaseMs + 1500);
    expect(await takeAll(other.limiter('refilled'), buckets)).toBeGreaterThanOrEqual(10);
    way.heal();
  }, 20_000);
});

describe.concurrent('a worker that Redis does not hear of for a while', () => {
  it('uses what it has for less than a lease, then waits until it is heard again, and none is used twice', async () => {
    await using way = await startProxy(server.url);
    await using cut = await join(way.url);
    await using other = await join(server.url);
    const buckets = bucketsOf({ requests: 20 });
    const log: UseLog = [];
    const endMs = performance.now() + 12_000;
    const taking = [cut, other].map((worker, by) =>
      takeUntil(endMs, { limiter: worker.limiter('cut'), buckets, amounts: one, by, log }),
    );
    await sleep(1500);
    way.freeze();
    const cutAtMs = performance.now();
    await sleep(leaseMs + 1500);
    way.heal();
    const healedAtMs = performance.now();
    await Promise.all(taking);
    expect(excessOf(log, 20, 20)).toBeLessThanOrEqual(0);
    const ofCut = (from: number, to: number) =>
      log.filter(({ by, atMs }) => by === 0 && atMs > from && atMs < to).length;
    // Its own deadline is a second before the lease ends.
    expect(ofCut(cutAtMs + leaseMs - 900, healedAtMs)).toBe(0);
    expect(ofCut(healedAtMs, endMs)).toBeGreaterThan(10);
  }, 30_000);
});

describe.concurrent('what a worker has leased', () => {
  it('is a part of the bucket until it is used', async () => {
    await using first = await join(server.url);
    await using second = await join(server.url);
    const limiters = [first, second].map((worker) => worker.limiter('inside'));
    const buckets = bucketsOf({ requests: 2 }, 5);
    // Of ten, it has some ahead from now on.
    for (let taken = 0; taken < 3; taken += 1)
      expect((await limiters[0]!.take(buckets, one)).granted).toBe(true);
    await sleep(2500);
    const sinceMs = performance.now();
    const taken = (await takeAll(limiters[1]!, buckets)) + (await takeAll(limiters[0]!, buckets));
    const seconds = (performance.now() - sinceMs) / 1000;
    expect(taken).toBeLessThanOrEqual(Math.floor(10 + 2 * seconds));
    expect(taken).toBeGreaterThanOrEqual(9);
  });

  it('is not used any more once its lease may be over', async () => {
    await using way = await startProxy(server.url);
    await using cut = await join(way.url);
    const limiter = cut.limiter('over');
    expect((await limiter.take(frozenRate, one)).granted).toBe(true);
    await sleep(100);
    way.freeze();
    await sleep(100);
    // From its stock, without Redis.
    expect((await limiter.take(frozenRate, one)).granted).toBe(true);
    await sleep(leaseMs - 500);
    const late = limiter.take(frozenRate, one);
    expect(await Promise.race([late, sleep(300, 'waits')])).toBe('waits');
    way.heal();
    expect((await late).granted).toBe(true);
  }, 20_000);

  it('is asked for again where it was promised, fills the bucket, and was left', async () => {
    await using first = await join(server.url);
    await using second = await join(server.url);
    const [early, late] = [first, second].map((worker) => worker.limiter('left'));
    // One in 500 ms, and room for one.
    const buckets = bucketsOf({ requests: 2 }, 0.5);
    expect((await early!.take(buckets, one)).granted).toBe(true);
    // The next one is for this worker, the one after that for the other.
    expect((await early!.take(buckets, one)).granted).toBe(false);
    const grant = await late!.take(buckets, one);
    await sleep(grant.granted ? 0 : grant.retryInMs + 5);
    expect((await late!.take(buckets, one)).granted).toBe(true);
    expect((await early!.take(buckets, one)).granted).toBe(false);
  });
});

describe.concurrent('a Redis that forgets', () => {
  it('starts a run that goes on with empty buckets, not with full ones', async () => {
    await using own = await startRedis();
    await using first = await join(own.url);
    await using two = await join(own.url);
    const buckets = bucketsOf({ requests: 20 });
    const log: UseLog = [];
    const endMs = performance.now() + 10_000;
    const taking = [first, two].map((worker, by) =>
      takeUntil(endMs, { limiter: worker.limiter('flushed'), buckets, amounts: one, by, log }),
    );
    const redis = new Redis(own.url);
    await sleep(2000);
    await redis.flushall();
    await sleep(2000);
    await redis.flushall();
    redis.disconnect();
    await Promise.all(taking);
    expect(excessOf(log, 20, 20)).toBeLessThanOrEqual(0);
    // It goes on at the rate.
    expect(log.filter(({ atMs }) => atMs > endMs - 4000).length).toBeGreaterThan(0.8 * 80);
  }, 30_000);

  it('ends the wait for permits with E_REDIS once it is gone for good', async () => {
    const own = await startRedis();
    await using worker = await join(own.url, { giveUpMs: 500 });
    const limiter = worker.limiter('gone');
    const buckets = bucketsOf({ requests: 1 });
    expect((await limiter.take(buckets, one)).granted).toBe(true);
    await own[Symbol.asyncDispose]();
    const refused = async () => {
      for (;;) if (!(await limiter.take(buckets, one)).granted) await sleep(100);
    };
    await expect(refused()).rejects.toMatchObject({ code: 'E_REDIS' });
    await expect(limiter.lower(buckets, { perMinute: {}, remaining: {} })).rejects.toMatchObject({
      code: 'E_REDIS',
    });
  });
});
