import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dataset, DatasetRow } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import { describe, expect, it } from 'vitest';
import { emptiedRedis } from '../support/emptied-redis.ts';
import { TurnMeter } from '../support/turn-meter.ts';

const server = emptiedRedis();

const member = (role: 'coordinator' | 'worker' = 'worker') =>
  redisTransport({ url: server.url, role, memberId: randomUUID(), region: 'eu' });

const key = '{tokenstorm}:dataset:big';

/** The SHA-256s under which the set's chunks stand. */
const chunksOf = async () => (await server.redis.hkeys(key)).filter((field) => field !== 'index');
/** Those of the complete set, in the order of its rows. */
const indexOf = async (): Promise<string[]> =>
  JSON.parse((await server.redis.hget(key, 'index')) ?? '').chunks.map(
    (chunk: { sha256: string }) => chunk.sha256,
  );
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** About this many bytes of rows, of words that compress to a third, as prompts do. */
function datasetOf(bytes: number, id = 'big'): Dataset {
  const words = Array.from({ length: 2000 }, () => randomBytes(3).toString('hex'));
  const rows: DatasetRow[] = [];
  for (let written = 0; written < bytes;) {
    const text = Array.from({ length: 100 }, () => words[Math.floor(Math.random() * 2000)]).join(' ');
    rows.push({ columns: { number: String(rows.length), prompt: text }, outputTokens: rows.length });
    written += text.length + 40;
  }
  return { id, path: 'questions.jsonl', rows };
}

describe('data sets in Redis', () => {
  it('travel in chunks that are named by the SHA-256 of what they hold', async () => {
    await using coordinator = await member('coordinator');
    await using worker = await member();
    const dataset = datasetOf(10e6);
    await coordinator.datasets.put(dataset);
    expect(await worker.datasets.get('big')).toEqual(dataset);
    const chunks = await chunksOf();
    // 10 MB in chunks of 4 MiB.
    expect(chunks).toHaveLength(3);
    for (const chunk of chunks)
      expect(sha256((await server.redis.hgetBuffer(key, chunk)) as Buffer)).toBe(chunk);
  });

  it('are put once: again only keeps them alive, and writes nothing', async () => {
    await using one = await member('coordinator');
    await using other = await member('coordinator');
    const dataset = datasetOf(5e6);
    await Promise.all([one.datasets.put(dataset), other.datasets.put(dataset)]);
    expect(await chunksOf()).toHaveLength(2);
    expect(await server.redis.keys('*:dataset:*')).toEqual([key]);
    await server.redis.expire(key, 10);
    const writesBefore = await calls('hset');
    await other.datasets.put(dataset);
    expect(await calls('hset')).toBe(writesBefore);
    expect(await server.redis.ttl(key)).toBeGreaterThan(86_000);
  });

  it('live a day from when they were last put or read', async () => {
    await using transport = await member('coordinator');
    await transport.datasets.put(datasetOf(1000));
    expect(await server.redis.ttl(key)).toBeGreaterThan(86_000);
    await server.redis.expire(key, 10);
    await transport.datasets.get('big');
    expect(await server.redis.ttl(key)).toBeGreaterThan(86_000);
  });

  it('are refused where a chunk is damaged, by its number; putting them again mends them', async () => {
    await using coordinator = await member('coordinator');
    await using worker = await member();
    const dataset = datasetOf(10e6);
    await coordinator.datasets.put(dataset);
    const [, chunk = ''] = await indexOf();
    const bytes = (await server.redis.hgetBuffer(key, chunk)) as Buffer;
    bytes[1000]! ^= 1;
    await server.redis.hset(key, chunk, bytes);
    const reading = worker.datasets.get('big');
    await expect(reading).rejects.toMatchObject({
      code: 'E_FILE',
      exitCode: 2,
      message: `chunk 2 of 3 of the data set questions.jsonl is damaged in Redis: its SHA-256 is ${sha256(bytes).slice(0, 12)}, not ${chunk.slice(0, 12)}`,
    });
    await coordinator.datasets.put(dataset);
    expect(await worker.datasets.get('big')).toEqual(dataset);
  });

  it('are refused where a chunk is missing, by its number; putting them again mends them', async () => {
    await using coordinator = await member('coordinator');
    await using worker = await member();
    const dataset = datasetOf(10e6);
    await coordinator.datasets.put(dataset);
    await server.redis.hdel(key, (await indexOf())[2] ?? '');
    await expect(worker.datasets.get('big')).rejects.toMatchObject({
      code: 'E_FILE',
      message: 'chunk 3 of 3 of the data set questions.jsonl is not in Redis any more',
    });
    await coordinator.datasets.put(dataset);
    expect(await worker.datasets.get('big')).toEqual(dataset);
  });

  it('are not there before all of their chunks are', async () => {
    await using coordinator = await member('coordinator');
    await using worker = await member();
    const putting = coordinator.datasets.put(datasetOf(20e6));
    while ((await chunksOf()).length === 0) await sleep(1);
    expect(await server.redis.hexists(key, 'index')).toBe(0);
    await expect(worker.datasets.get('big')).rejects.toMatchObject({
      code: 'E_FILE',
      message: /no data set/,
    });
    // What would be left of a coordinator that died now.
    expect(await server.redis.ttl(key)).toBeLessThanOrEqual(3600);
    await putting;
    expect((await worker.datasets.get('big')).rows.length).toBeGreaterThan(10_000);
  });

  it('are refused beyond 256 MiB compressed, with what to do instead', async () => {
    await using coordinator = await member('coordinator');
    // Random letters of 64 compress to 3/4: about 3 MB each.
    const row = { columns: { prompt: randomBytes(3e6).toString('base64') } };
    const dataset = { id: 'huge', path: 'huge.jsonl', rows: Array.from({ length: 100 }, () => row) };
    await expect(coordinator.datasets.put(dataset)).rejects.toMatchObject({
      code: 'E_FILE',
      exitCode: 2,
      message: 'huge.jsonl takes more than 256 MiB compressed: too much for Redis',
      hint: 'put the file on every worker instead, and name it by `path: worker:/absolute/path`',
    });
    expect(await server.redis.keys('*:dataset:*')).toEqual([]);
  }, 120_000);

  it('hold nothing else up: the process and its commands go on while they travel', async () => {
    await using coordinator = await member('coordinator');
    await using worker = await member();
    const dataset = datasetOf(40e6);
    const meter = new TurnMeter();
    await coordinator.datasets.put(dataset);
    await worker.datasets.get('big');
    const turnMs = meter.end();
    // Garbage collection is in it. A chunk in one piece takes some 40 ms, all of them 400.
    expect(turnMs(0.99)).toBeLessThan(12);
    expect(turnMs(1)).toBeLessThan(150);
  }, 60_000);
});

async function calls(command: string): Promise<number> {
  const stats = await server.redis.info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}
