import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LimitAmounts, LimitBuckets, RateLimiter } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import type { RedisTransport, RedisTransportOptions } from '@tokenstorm/transport';
import { Redis } from 'ioredis';
import { largestExcess } from '../support/token-windows.ts';
import type { Received } from '../support/token-windows.ts';

/** A worker process of its own, as Redis sees it. */
export function join(url: string, options: Partial<RedisTransportOptions> = {}): Promise<RedisTransport> {
  return redisTransport({ url, role: 'worker', memberId: randomUUID(), region: 'eu', ...options });
}

/** So many permits a second, and a bucket of as many as come in `burstSeconds`. */
export function bucketsOf(perSecond: LimitAmounts, burstSeconds = 1): LimitBuckets {
  const rates = Object.entries(perSecond).map(([dimension, rate]) => [dimension, rate * 60]);
  return { key: 'own', perMinute: Object.fromEntries(rates) as LimitAmounts, burstSeconds };
}

/** What was used of one dimension, and when. */
export type UseLog = (Received & { readonly by: number })[];

export interface Client {
  readonly limiter: RateLimiter;
  readonly buckets: LimitBuckets;
  readonly amounts: LimitAmounts;
  /** Whose uses they are, in the log. */
  readonly by: number;
  readonly log: UseLog;
}

/** Takes as fast as it may, one after the other, until this moment (`performance.now`), and logs the first of its amounts each time. */
export async function takeUntil(
  endMs: number,
  { limiter, buckets, amounts, by, log }: Client,
): Promise<void> {
  const [amount = 0] = Object.values(amounts);
  while (performance.now() < endMs) {
    const grant = await limiter.take(buckets, amounts);
    if (grant.granted) log.push({ atMs: performance.now(), amount, by });
    else await sleep(Math.min(grant.retryInMs, Math.max(0, endMs - performance.now()), 1000));
  }
}

/** The most that any window, of whatever length, holds above rate x length + bucket. */
export function excessOf(log: UseLog, perSecond: number, bucket: number): number {
  const sorted = log.toSorted((a, b) => a.atMs - b.atMs);
  const allowance = { perMinute: perSecond * 60, bucket };
  return Math.max(...[0, 20, 100, 500, 2000, 5000].map((ms) => largestExcess(sorted, ms, allowance)));
}

/** How many scripts this Redis has run since it was started. */
export async function scriptCalls(url: string): Promise<number> {
  const redis = new Redis(url);
  const statistics = await redis.info('commandstats');
  redis.disconnect();
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(statistics)?.[1] ?? 0);
}

/** A way to Redis on which everything takes so many ms more, in each direction. */
export async function farAway(
  url: string,
  delayMs: number,
): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = connect(Number(new URL(url).port), '127.0.0.1');
    for (const [from, to] of [[client, redis] as const, [redis, client] as const]) {
      sockets.add(from);
      from.on('data', (bytes) => void setTimeout(() => to.write(bytes), delayMs));
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
