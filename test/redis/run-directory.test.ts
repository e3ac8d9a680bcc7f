import { Redis } from 'ioredis';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import type { RedisTransport, RunRecord } from '@tokenstorm/transport';
import { describe, expect, it } from 'vitest';
import { checkpointOf, planOf, shardsOf, snapshotOf } from '../conformance/samples.ts';
import { aborted, firstOf, until } from '../conformance/waiting.ts';
import { emptiedRedis } from '../support/emptied-redis.ts';

const day = 24 * 3600;
const server = emptiedRedis();

const open = (
  role: 'coordinator' | 'worker' | 'aggregator' = 'coordinator',
  url = server.url,
): Promise<RedisTransport> =>
  redisTransport({ url, role, memberId: `${role}-1`, region: 'eu', leaseMs: 2000 });

function recordOf(runId: string, createdAtEpochMs = 1000): RunRecord {
  return { plan: planOf(2, runId), notes: ['a note'], failOn: 'suspect', version: '0.1.0', createdAtEpochMs };
}

function reportOf(runId: string, verdict: Report['verdict'] = 'passed'): Report {
  return {
    schema: 'tokenstorm.report/1',
    run: { id: runId },
    verdict,
    validity: { level: 'valid', reasons: [] },
  } as unknown as Report;
}

/** Makes a run as a coordinator does, lets a worker commit a snapshot of each shard, and an aggregator fold until `end`. */
async function runUntil(
  runId: string,
  coordinator: RedisTransport,
  worker: RedisTransport,
  end: () => Promise<void>,
): Promise<void> {
  await coordinator.runs.create(recordOf(runId));
  await coordinator.shards.enqueue(shardsOf(2, runId));
  await coordinator.aggregations.enqueue(planOf(2, runId));
  await coordinator.events(runId).append({ type: 'run-start', startAtEpochMs: 5 });
  await using _work = await worker.shards.work(async (lease, signal) => {
    const { shard, plan } = lease.shard;
    const { epoch } = lease;
    await lease.commit(snapshotOf(1, { shard, epoch, runId: plan.runId }), checkpointOf(1, { epoch }));
    await lease.reserve({ loadKey: 'chat/openai', counter: 'chat', wanted: 1, limit: 9 });
    await aborted(signal);
  });
  await firstOf(coordinator.snapshots(runId), 2);
  await end();
}

/** Keys that would stay for ever, or for more than 7 days. */
async function withoutEnd(): Promise<string[]> {
  const keys = await server.redis.keys('*');
  const seconds = await Promise.all(keys.map((key) => server.redis.ttl(key)));
  const isLasting = (place: number) => (seconds[place] ?? -1) === -1 || (seconds[place] ?? 0) > 7 * day;
  return keys.filter((_, place) => isLasting(place));
}

describe('runs in Redis', () => {
  it('keeps what a run was created with, once', async () => {
    await using transport = await open();
    const record = recordOf('run1');
    await transport.runs.create(record);
    await transport.runs.create({ ...record, notes: ['another'], createdAtEpochMs: 9 });
    expect(await transport.runs.record('run1')).toEqual(record);
    expect(await transport.runs.record('run2')).toBeUndefined();
    expect([await transport.runs.isKnown('run1'), await transport.runs.isKnown('run2')]).toEqual([
      true,
      false,
    ]);
    expect(await transport.runs.report('run1')).toBeUndefined();
  });

  it('lists runs, the newest first, those with a verdict that have ended', async () => {
    await using transport = await open();
    await transport.runs.create(recordOf('older', 1000));
    await transport.runs.create(recordOf('newest', 3000));
    await transport.runs.create(recordOf('newer', 2000));
    await transport.runs.end('newer', reportOf('newer', 'failed'));
    const common = { name: 'conformance', regions: ['eu'] };
    expect(await transport.runs.list()).toEqual([
      { runId: 'newest', createdAtEpochMs: 3000, ...common },
      { runId: 'newer', createdAtEpochMs: 2000, ...common, verdict: 'failed', validity: 'valid' },
      { runId: 'older', createdAtEpochMs: 1000, ...common },
    ]);
  });

  it('gives the events of a run up to now', async () => {
    await using transport = await open();
    expect(await transport.runs.events('run1')).toEqual([]);
    const events = [
      { type: 'warmed-up', shard: 0 },
      { type: 'run-start', startAtEpochMs: 5 },
    ] as const;
    for (const event of events) await transport.events('run1').append(event);
    expect(await transport.runs.events('run1')).toEqual(events);
    await transport.runs.remove('run1');
    expect(await server.redis.keys('*run1*')).toEqual([]);
  });

  it('shows where a run stands, for a minute', async () => {
    await using transport = await open();
    expect(await transport.runs.status('run1')).toBeUndefined();
    await transport.runs.publishStatus('run1', { done: 0.25 });
    expect(await transport.runs.status('run1')).toEqual({ done: 0.25 });
    expect(await server.redis.ttl('{tokenstorm}:run:run1:status')).toBeLessThanOrEqual(60);
  });

  it('keeps the first report', async () => {
    await using transport = await open();
    await transport.runs.create(recordOf('run1'));
    await transport.runs.end('run1', reportOf('run1', 'passed'));
    await transport.runs.end('run1', reportOf('run1', 'failed'));
    expect(await transport.runs.report('run1')).toEqual(reportOf('run1', 'passed'));
    expect(await transport.runs.list()).toMatchObject([{ verdict: 'passed' }]);
  });

  it('gives everything of a run that goes on an end, and removes all but the kept at its end', async () => {
    await using transport = await open();
    await using worker = await open('worker');
    await runUntil('run1', transport, worker, async () => {
      await until(async () => (await withoutEnd()).length === 0);
      expect(
        await server.redis.exists('{tokenstorm}:run:run1:shard:0', '{tokenstorm}:run:run1:snapshots'),
      ).toBe(2);
      await transport.runs.end('run1', reportOf('run1'));
    });
    await until(async () => (await server.redis.keys('{tokenstorm}:run:run1:alive:*')).length === 0);
    const kept = (await server.redis.keys('*run1*')).toSorted();
    expect(await withoutEnd()).toEqual([]);
    expect(kept).toEqual(
      ['aggregations:run1', ...['events', 'plan', 'record', 'report'].map((name) => `run:run1:${name}`)].map(
        (name) => `{tokenstorm}:${name}`,
      ),
    );
    for (const name of ['events', 'plan', 'record', 'report'])
      expect(await server.redis.ttl(`{tokenstorm}:run:run1:${name}`)).toBeGreaterThan(7 * day - 60);
  });

  it('touches nothing of another run', async () => {
    await using transport = await open();
    await transport.runs.create(recordOf('run1'));
    await transport.runs.create(recordOf('run2'));
    await transport.shards.enqueue([...shardsOf(2, 'run1'), ...shardsOf(2, 'run2')]);
    await transport.snapshots('run2').append(snapshotOf(1));
    await transport.runs.end('run1', reportOf('run1'));
    expect((await server.redis.lrange('{tokenstorm}:shards-eu:wait', 0, -1)).toSorted()).toEqual([
      'run2-0',
      'run2-1',
    ]);
    expect((await server.redis.keys('*run2*')).toSorted()).toEqual(
      [
        'run:run2:plan',
        'run:run2:record',
        'run:run2:snapshots',
        'run:run2:snapshots:appended',
        'shards-eu:run2-0',
        'shards-eu:run2-1',
      ].map((name) => `{tokenstorm}:${name}`),
    );
  });

  it('forgets a run that never ended, with its jobs, once its plan is forgotten', async () => {
    await using transport = await open();
    await transport.runs.create(recordOf('dead'));
    await transport.shards.enqueue(shardsOf(2, 'dead'));
    await transport.aggregations.enqueue(planOf(2, 'dead'));
    await server.redis.del('{tokenstorm}:run:dead:plan');
    expect(await transport.runs.list()).toEqual([]);
    expect(await server.redis.keys('*dead*')).toEqual([]);
    for (const queue of ['shards-eu', 'aggregations'])
      expect(await server.redis.lrange(`{tokenstorm}:${queue}:wait`, 0, -1)).toEqual([]);
  });
});

describe('the rights that the documentation asks for', () => {
  it('are enough for a run from its start to its end, and for nothing besides', async () => {
    const document = await readFile(new URL('../../docs/distributed.md', import.meta.url), 'utf8');
    const line = /^ACL SETUSER (\S+) (.*)$/m.exec(document);
    const [, user = '', rules = ''] = line ?? [];
    expect(rules).toContain('>PASSWORD');
    await server.redis.call(
      'ACL',
      'SETUSER',
      user,
      'reset',
      ...rules.replace('>PASSWORD', '>w0rd').split(' '),
    );
    const url = server.url.replace('//', `//${user}:w0rd@`);
    await using coordinator = await open('coordinator', url);
    await using worker = await open('worker', url);
    await using aggregator = await open('aggregator', url);
    await coordinator.datasets.put({ id: 'abc', path: 'p.csv', rows: [{ columns: { question: 'Why?' } }] });
    expect((await worker.datasets.get('abc')).rows).toHaveLength(1);
    const ended = Promise.withResolvers<void>();
    await using _folding = await aggregator.aggregations.work(async (lease) => {
      const entries = await firstOf(aggregator.snapshots('run1'), 2);
      await sleep(5100);
      expect(await lease.advance(entries[1]?.id ?? '', () => Uint8Array.of(1))).toBe(true);
      expect(await lease.endEpoch(0, 1)).toBeUndefined();
      await aggregator.runs.end('run1', reportOf('run1'));
      ended.resolve();
    });
    await runUntil('run1', coordinator, worker, () => ended.promise);
    expect(await coordinator.fleet.aggregators()).toBe(1);
    expect(await coordinator.runs.list()).toMatchObject([{ runId: 'run1', verdict: 'passed' }]);
    const denied = await server.redis.call('ACL', 'LOG');
    expect(denied).toEqual([]);
    const intruder = new Redis(url);
    for (const command of [
      ['get', 'other'],
      ['flushall'],
      ['keys', '*'],
      ['config', 'get', '*'],
      ['acl', 'list'],
    ])
      await expect(intruder.call(command[0] ?? '', ...command.slice(1))).rejects.toThrow('NOPERM');
    intruder.disconnect();
  }, 60_000);
});
