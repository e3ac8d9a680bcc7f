import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan, Transport } from '@tokenstorm/core';
import { Aggregator } from '@tokenstorm/aggregator';
import type { RunResult } from '@tokenstorm/aggregator';
import { memoryTransport } from '@tokenstorm/transport';
import { seriesOf } from '../reporters/report.fixture.ts';
import type { EndedRun } from './ended-run.ts';
import { planRun } from './plan.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';
import { planForLog, snapshotEnd, snapshotSchema } from './snapshot-line.ts';
import type { SnapshotHeader } from './snapshot-line.ts';
import { SnapshotLog } from './snapshot-log.ts';
import { compactingSuffix } from './snapshot-store.ts';

/** A plan of so many seconds in two shards, with a threshold over windows. */
export function planOf(seconds: number, change: Readonly<Record<string, unknown>> = {}): RunPlan {
  const load = { executor: 'constant-arrival-rate', rate: 10, duration: `${seconds}s`, warmup: '3s' };
  const thresholds = { ttft: [{ threshold: 'p(95) < 10s', window: '4s' }, 'p(50) < 100ms'] };
  return planRun(scenarioOf({ ...workloadsOf({ ...load, name: 'steady' }), thresholds, ...change }), 2);
}

export function headerOf(plan: RunPlan): SnapshotHeader {
  return {
    schema: snapshotSchema,
    version: '9.9.9',
    createdAtEpochMs: 1_700_000_000_000,
    intervalMs: plan.snapshotIntervalMs,
    failOn: 'invalid',
    plan: planForLog(plan),
  };
}

/** One second of one shard: what a seeded run may have sent. `open` requests have no outcome yet. */
export function snapshotOf(
  plan: RunPlan,
  shard: number,
  second: number,
  { final = false, open = 0 }: { final?: boolean; open?: number } = {},
): MetricsSnapshot {
  const random = new Random(`${plan.runId}/${shard}/${second}`);
  const completed = 5 + Math.floor(random.nextUnit() * 20);
  const values = (median: number) =>
    Array.from({ length: completed }, () => median * Math.exp(random.normal() / 2));
  const accounting = { scheduled: completed + 1 + open, completed, failed: 1 };
  return {
    version: 1,
    runId: plan.runId,
    shard,
    epoch: 1,
    sequence: second + 1,
    final,
    region: 'default',
    workerId: `w${shard}`,
    intervalStartMs: second * 1000,
    intervalMs: 1000,
    series: [
      seriesOf(
        { ttft: values(80), e2e: values(900), icl: values(12), schedule_lag: values(0.1) },
        {
          labels: { phase: second < 3 ? 'warmup' : 'main' },
          accounting,
          counters: { attempts: completed + 1, window_completed: completed },
          errors: { 'server-error': 1 },
        },
      ),
    ],
    calls: [],
    health: {
      cpuRatio: 0.25,
      rssBytes: 1e8,
      inFlight: open,
      travel: { paths: ['wire'], connectionsOpened: 3, redirects: 0, decodedResponses: 0 },
    },
  };
}

/** Both shards of a plan of so many seconds, in the order of time; the last of each is final. */
export function snapshotsOf(plan: RunPlan, seconds: number): MetricsSnapshot[] {
  return Array.from({ length: seconds }, (_, second) =>
    plan.shards.map(({ shard }) => snapshotOf(plan, shard, second, { final: second === seconds - 1 })),
  ).flat();
}

/** What the snapshots of a whole run add up to. */
async function resultOf(plan: RunPlan, snapshots: readonly MetricsSnapshot[]): Promise<RunResult> {
  await using transport = memoryTransport();
  for (const snapshot of snapshots) await transport.snapshots(plan.runId).append(snapshot);
  return resultIn(transport, plan, new AbortController().signal);
}

/** What the snapshots in a transport add up to when all shards are done, or `ended` aborts. */
export async function resultIn(transport: Transport, plan: RunPlan, ended: AbortSignal): Promise<RunResult> {
  const result = Promise.withResolvers<RunResult>();
  await transport.aggregations.enqueue(plan);
  await using _work = await transport.aggregations.work(async (lease, signal) => {
    const folding = new Aggregator({ lease, transport, clock: transport.clock, ended }).run(signal);
    result.resolve(folding);
    await folding.catch(() => {});
  });
  return await result.promise;
}

/** A run that went well. */
export async function endedRun(plan: RunPlan, snapshots: readonly MetricsSnapshot[]): Promise<EndedRun> {
  return {
    result: await resultOf(plan, snapshots),
    startedAtEpochMs: 1_700_000_000_500.25,
    stopReason: undefined,
    stoppedAtMs: undefined,
    failure: undefined,
    lostProcess: undefined,
    notes: ['a worker says so'],
  };
}

/** A snapshot log of these snapshots as a run writes it, only slower where it is compacted; without `run` that of one that was killed. */
export async function writeLog(
  path: string,
  plan: RunPlan,
  snapshots: readonly MetricsSnapshot[],
  { run, notes = [], maxBytes }: { run?: EndedRun; notes?: readonly string[]; maxBytes?: number } = {},
): Promise<void> {
  const problems: string[] = [];
  const log = await SnapshotLog.start(path, headerOf(plan), {
    onProblem: (problem) => problems.push(problem),
    ...(maxBytes !== undefined && { maxBytes }),
  });
  log.event({ type: 'worker-ready', workerId: 'w0', region: 'default' });
  log.event({ type: 'run-start', startAtEpochMs: 1_700_000_000_500.25 });
  for (const snapshot of snapshots) {
    log.snapshot(snapshot);
    if (maxBytes !== undefined) await untilShort(path, maxBytes);
  }
  await (run === undefined ? log.close() : log.end(snapshotEnd(run, notes)));
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** Waits for a compaction that is under way; the log looks whether it needs one with the next line. */
async function untilShort(path: string, maxBytes: number): Promise<void> {
  await sleep(1);
  for (let idleTurns = 0; idleTurns < 40; idleTurns += 1) {
    if ((await stat(path)).size <= maxBytes) return;
    if (await isThere(path + compactingSuffix)) idleTurns = 0;
    await sleep(5);
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
