import { randomUUID } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { redisTransport } from '@tokenstorm/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '../support/command.ts';
import { Fleet, until } from '../support/fleet.ts';
import { fleetScenario, steady } from '../support/fleet-scenario.ts';
import { peakMemoryOf } from '../support/peak-memory.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';

/** Fills 2 GB once it is inflated. */
const bomb = Buffer.concat([Uint8Array.of(1), deflateRawSync(Buffer.alloc(1024 * 1024 * 1024))]);

/** As much of a plan as is looked at when it is read. */
const outline = {
  runId: 'forged',
  scenario: { name: 'x', workloads: [], targets: [], regions: [{ name: 'east' }], execution: {} },
  shards: [],
  snapshotIntervalMs: 1000,
};

/** Somebody who may write to Redis, and writes what nobody of ours would. */
describe('garbage in Redis', () => {
  let simulator: SimulatorProcess;
  let fleet: Fleet;
  let redis: Redis;

  beforeAll(async () => {
    simulator = await simulatorProcess();
    await simulator.setModels({ open: { ttftMs: 10, itlMs: 2, tokens: 4 } });
    fleet = await Fleet.start({ workers: { east: 1, west: 1 } });
    redis = new Redis(fleet.redis.url);
  }, 60_000);

  afterAll(async () => {
    redis.disconnect();
    await fleet[Symbol.asyncDispose]();
    await simulator.close();
  });

  const scenario = (seconds: number) => fleetScenario(simulator.url, { open: steady(20, seconds) });

  it.each([
    ['that is no snapshot', Buffer.from('nonsense')],
    ['that would fill the memory', bomb],
  ])(
    '%s ends that run, with a report, and no other',
    async (_, garbage) => {
      const before = new Set(await redis.zrange('{tokenstorm}:runs', '0', '-1'));
      const other = await fleet.run(scenario(6));
      const run = await fleet.run(scenario(6));
      const [aggregator] = fleet.aggregators;
      const ended = run.process.ended;
      const peakBytes = peakMemoryOf(aggregator?.pid ?? 0, ended);
      const ids = async () =>
        (await redis.zrevrange('{tokenstorm}:runs', 0, 1)).filter((id) => !before.has(id));
      await until('both runs to have snapshots', async () => {
        const snapshots = (await ids()).map((id) =>
          redis.xinfo('STREAM', `{tokenstorm}:run:${id}:snapshots`),
        );
        const known = await Promise.allSettled(snapshots);
        return known.filter(({ status }) => status === 'fulfilled').length === 2;
      });
      const [newest = ''] = await ids();
      await redis.xadd(`{tokenstorm}:run:${newest}:snapshots`, '*', 's', garbage);
      const ends = await Promise.all([ended, other.process.ended]);
      const reports = ends.map(reportOf);
      const spoiled = reports.find(({ run: { id } }) => id === newest);
      const whole = reports.find(({ run: { id } }) => id !== newest);
      expect(spoiled?.verdict).toBe('aborted');
      expect(whole?.accounting).toMatchObject({ scheduled: 120, completed: 120 });
      expect(await peakBytes).toBeLessThan(600 * 1024 * 1024);
    },
    90_000,
  );

  it.each([
    ['no JSON', () => '{"runId":"forged",'],
    ['of another run', () => JSON.stringify({ ...outline, runId: 'other' })],
    ['without anything in it', () => JSON.stringify({ runId: 'forged' })],
    ['with nonsense in it', () => JSON.stringify({ ...outline, shards: [{ shard: 0, region: 'east' }] })],
  ])(
    'in place of a plan (%s) keeps no worker from its work',
    async (_, plan) => {
      const shard = { shard: 0, region: 'east', plan: { ...outline, runId: 'forged' } };
      {
        const memberId = randomUUID();
        await using transport = await redisTransport({ url: fleet.redis.url, role: 'coordinator', memberId });
        await redis.set('{tokenstorm}:run:forged:plan', plan());
        await redis.set('{tokenstorm}:run:forged:record', 'nonsense');
        await redis.zadd('{tokenstorm}:runs', Date.now(), 'forged');
        await transport.shards.enqueue([shard as never]);
        await transport.aggregations.enqueue(shard.plan as never);
        expect((await transport.runs.list()).map(({ runId }) => runId)).not.toContain('forged');
      }
      const { report } = await (await fleet.run(scenario(2))).end();
      expect(report.accounting).toMatchObject({ scheduled: 40, completed: 40 });
      for (const service of [...fleet.workers, ...fleet.aggregators]) expect(isAlive(service.pid)).toBe(true);
      await redis.del('{tokenstorm}:run:forged:plan');
    },
    90_000,
  );
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
