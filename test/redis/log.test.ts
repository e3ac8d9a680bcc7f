import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent, Transport } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import type { RedisTransport } from '@tokenstorm/transport';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { logConformance } from '../conformance/log.ts';
import { snapshotOf } from '../conformance/samples.ts';
import type { OpenedTransport } from '../conformance/transport.ts';
import { firstOf } from '../conformance/waiting.ts';
import { startRedis } from '../support/services.ts';
import { startProxy } from './shards-proxy.ts';

const member = (url: string): Promise<RedisTransport> =>
  redisTransport({ url, role: 'aggregator', memberId: randomUUID() });

async function open(): Promise<OpenedTransport> {
  await using opening = new AsyncDisposableStack();
  const { url } = opening.use(await startRedis());
  const transport = opening.use(await member(url));
  const ended = opening.move();
  const join = async (): Promise<Transport> => ended.use(await member(url));
  return { transport, join, [Symbol.asyncDispose]: () => ended.disposeAsync() };
}

describe('log over Redis', () => {
  logConformance(open);

  it('gives all of many to each reader, whenever it came', async () => {
    await using opened = await open();
    const { transport } = opened;
    const readers = [await opened.join('worker'), await opened.join('worker')];
    const early = firstOf((readers[0] as Transport).events('run1'), 500);
    const log = transport.events('run1');
    await Promise.all(Array.from({ length: 500 }, (_, shard) => log.append({ type: 'warmed-up', shard })));
    const late = firstOf((readers[1] as Transport).events('run1'), 500);
    const numbers = Array.from({ length: 500 }, (_, shard) => shard);
    for (const entries of await Promise.all([early, late])) {
      expect(entries.map(({ value }) => (value as { shard: number }).shard)).toEqual(numbers);
      expect(new Set(entries.map(({ id }) => id)).size).toBe(500);
    }
  });

  it('keeps the logs of two runs apart', async () => {
    await using opened = await open();
    const { transport } = opened;
    await transport.snapshots('run1').append(snapshotOf(1));
    await transport.snapshots('run2').append(snapshotOf(2));
    const [entry] = await firstOf(transport.snapshots('run2'), 1);
    expect(entry?.value.sequence).toBe(2);
  });

  it('expires by itself', async () => {
    await using server = await startRedis();
    await using transport = await member(server.url);
    await transport.events('run1').append({ type: 'warmed-up', shard: 1 });
    const redis = new Redis(server.url);
    const keys = await redis.keys('*');
    const seconds = await Promise.all(keys.map((key) => redis.ttl(key)));
    expect(keys).toHaveLength(2);
    expect(Math.min(...seconds)).toBeGreaterThan(24 * 3600 - 60);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(24 * 3600);
    redis.disconnect();
  });

  it('goes on under its readers when Redis was killed and starts again with what it kept', async () => {
    await using server = await startRedis({ config: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    await using writer = await member(server.url);
    await using reader = await member(server.url);
    const reading = firstOf(reader.events('run1'), 60);
    const log = writer.events('run1');
    const appending = (async () => {
      for (let shard = 0; shard < 60; shard += 1) {
        await log.append({ type: 'warmed-up', shard });
        await sleep(20);
      }
    })();
    await sleep(400);
    await server.kill();
    await sleep(1000);
    await server.start();
    await appending;
    const shards = (await reading).map(({ value }) => (value as { shard: number }).shard);
    expect(shards).toEqual(Array.from({ length: 60 }, (_, shard) => shard));
  });

  it('ends a reader at once whose signal aborts while Redis is away', async () => {
    await using server = await startRedis();
    await using transport = await member(server.url);
    const stop = new AbortController();
    const reading = (async () => {
      for await (const _ of transport.events('run1').read({ signal: stop.signal }))
        throw new Error('no entry');
    })();
    await sleep(200);
    await server.kill();
    await sleep(200);
    const abortedAtMs = performance.now();
    stop.abort();
    await reading;
    expect(performance.now() - abortedAtMs).toBeLessThan(200);
  });

  it('stores an entry once whose answer got lost on the way, so that it was sent twice', async () => {
    await using server = await startRedis();
    await using way = await startProxy(server.url);
    await using transport = await member(way.url);
    const log = transport.events('run1');
    await log.append({ type: 'warmed-up', shard: 0 });
    way.dropAnswers();
    const appended = Promise.all([1, 2, 3].map((shard) => log.append({ type: 'warmed-up', shard })));
    const redis = new Redis(server.url);
    while ((await redis.xlen('{tokenstorm}:run:run1:events')) < 2) await sleep(10);
    way.heal();
    await appended;
    const entries = await redis.xrange('{tokenstorm}:run:run1:events', '-', '+');
    redis.disconnect();
    const shards = entries.map(
      ([, [, text]]) => (JSON.parse(text ?? '') as RunEvent & { shard: number }).shard,
    );
    expect(shards).toEqual([0, 1, 2, 3]);
  });
});
