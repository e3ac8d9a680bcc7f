import { setTimeout as sleep } from 'node:timers/promises';
import type { RunPlan } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import type { RedisTransport } from '@tokenstorm/transport';
import { until } from '../../support/fleet.ts';
import { largePlan, largeSeries, largeSnapshot } from '../../support/large-run.ts';
import type { Figure } from '../product/figure.ts';
import { benchFleet, cpuMs } from './bench-fleet.ts';

const shards = 1000;
const seconds = 30;
const trendsOfASnapshot = 8;
const requestsOfASnapshot = 10;

/** G8: one aggregator on one core, 1,000 shards that send a snapshot of 8 histograms each second. */
export async function merging(): Promise<Figure[]> {
  await using fleet = await benchFleet('aggregator');
  await using transport = await redisTransport({
    url: fleet.redis.url,
    role: 'coordinator',
    memberId: 'bench',
  });
  const plan = largePlan(`bench-${Date.now()}`, shards, seconds);
  const record = {
    plan,
    notes: [],
    failOn: 'invalid',
    version: 'bench',
    createdAtEpochMs: Date.now(),
  } as const;
  await transport.runs.create(record);
  await transport.aggregations.enqueue(plan);
  const startAtEpochMs = transport.clock.epochMs();
  await transport.events(plan.runId).append({ type: 'run-start', startAtEpochMs });
  const before = cpuMs(fleet.aggregator.pid);
  const sentMs = await sendAll(transport, plan);
  const lastSentMs = performance.now();
  await until('the report', async () => (await transport.runs.report(plan.runId)) !== undefined);
  const lagMs = performance.now() - lastSentMs;
  const cpu = cpuMs(fleet.aggregator.pid) - before;
  const report = await transport.runs.report(plan.runId);
  const folded = report?.accounting.scheduled ?? 0;
  return [
    {
      goal: 'G8',
      name: 'snapshots sent per second',
      unit: '1/s',
      value: (shards * (seconds - 1) * 1000) / sentMs,
    },
    { goal: 'G8', name: 'CPU of the aggregator', unit: 'of a core', value: cpu / sentMs, atMost: 1 },
    { goal: 'G8', name: 'from the last snapshot to the report', unit: 's', value: lagMs / 1000, atMost: 5 },
    {
      goal: 'G8',
      name: 'requests in the snapshots that are not in the report',
      unit: '',
      value: shards * seconds * requestsOfASnapshot - folded,
      atMost: 0,
    },
  ];
}

/** Every second one snapshot of each shard; takes longer where this process or Redis cannot keep up. */
async function sendAll(transport: RedisTransport, plan: RunPlan): Promise<number> {
  const series = largeSeries(trendsOfASnapshot);
  const log = transport.snapshots(plan.runId);
  const startMs = performance.now();
  for (let second = 0; second < seconds; second += 1) {
    await sleep(Math.max(0, startMs + second * 1000 - performance.now()));
    await Promise.all(
      Array.from({ length: shards }, (_, shard) =>
        log.append(largeSnapshot(plan, shard, second, series.next().value)),
      ),
    );
  }
  return performance.now() - startMs;
}
