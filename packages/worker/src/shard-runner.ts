import { setTimeout as sleep } from 'node:timers/promises';
import type { MetricsSnapshot, ShardLease } from '@tokenstorm/core';
import { CallSample } from './call-sample.ts';
import { CommitQueue } from './commit-queue.ts';
import type { Engine } from './engine.ts';
import type { RecordSink } from './export/record-sink.ts';
import { LoadRun } from './load/load-run.ts';
import { loadSource } from './load/load-sources.ts';
import { shardLoads } from './load/shard-loads.ts';
import type { TargetLoad } from './load/target-load.ts';
import { warmUp } from './load/warm-up.ts';
import type { ShardControl } from './shard-control.ts';
import { ShardRun } from './shard-run.ts';
import type { ShardLoad } from './shard-run.ts';
import { passOn } from './pass-on.ts';
import { snapshotSources } from './snapshot-sources.ts';
import { Snapshotter } from './snapshotter.ts';
import { takeOverOf } from './take-over.ts';
import type { LoadTakenUp } from './take-over.ts';
import type { WorkerClosing } from './worker-closing.ts';

/** Where nobody has committed anything, a holder before may have been lost after the start: so long it may take to hear of it. */
const hearOfStartMs = 250;

/**
 * How far ahead a schedule is handed over: the next worker has the shard by then, mostly. Not longer than the guard of the shortest
 * lease (2 s), so that nobody who took a shard for lost can have what is due until then. Where requests wait for places, those go with the shard at once.
 */
const longestLeadMs = 500;

export interface ShardRunnerParts {
  readonly lease: ShardLease;
  readonly engine: Engine;
  readonly control: ShardControl;
  readonly closing: WorkerClosing;
  readonly records?: RecordSink | undefined;
  /** Told when no further request of the shard starts here though it is not done. */
  readonly onLetGo: () => void;
  /** Is given what can never be committed. */
  readonly onUncommitted: (snapshots: readonly MetricsSnapshot[]) => void;
}

/**
 * Runs one shard from its lease to its last commit: preflight, warm-up, start barrier, load, drain. A shard that others had before goes on
 * where they left it. One that is taken away before its start ends without a trace, or is passed on as it was given; one that
 * fails rejects with the cause.
 */
export async function runShard(parts: ShardRunnerParts): Promise<void> {
  const { lease, engine, control, records } = parts;
  if (lease.checkpoint?.final === true) return;
  await engine.prepare(lease.shard.region);
  const calls = new CallSample();
  const loads = shardLoads(lease, engine, control, (record, labels) => {
    calls.add(record, labels);
    records?.write(record, labels);
  });
  await engine.clients.loaded();
  if (!(await isUnderWay(parts))) await warmUpOrFail(loads, parts);
  if (control.end !== undefined) return await giveBack(parts);
  if (!control.hasStarted)
    await engine.transport.events(engine.plan.runId).append({ type: 'warmed-up', shard: lease.shard.shard });
  const runStartMs = await control.started();
  if (runStartMs === undefined) return await giveBack(parts);
  for (const load of loads) load.begin(runStartMs);
  await runLoads(loads, calls, runStartMs, parts);
}

/** Nothing of it was sent here: its part of the run's caps goes with it at once. */
async function giveBack(parts: ShardRunnerParts): Promise<void> {
  parts.onLetGo();
  await passOn(parts);
}

/** Whether the run has started: what belongs before the start is not done again. */
async function isUnderWay({ lease, control }: ShardRunnerParts): Promise<boolean> {
  if (lease.checkpoint !== undefined) return true;
  if (lease.epoch > 1) await Promise.race([control.started(), sleep(hearOfStartMs)]);
  return control.hasStarted;
}

/** Where the rate limiter fails, who waits for it would wait for ever. */
async function warmUpOrFail(
  loads: readonly TargetLoad[],
  { lease, engine, control }: ShardRunnerParts,
): Promise<void> {
  const { failure } = engine.admissions;
  try {
    const ready = engine.preflight(lease.shard.region).then(() => warmUp(loads, lease.shard, control));
    await Promise.race([ready, failure, startOf(control)]);
  } catch (cause) {
    for (const load of loads) load.cancelAll();
    throw cause;
  }
}

/** Resolves at the run's start, which waits for nobody who has the shard from somebody who was warm. */
async function startOf(control: ShardControl): Promise<void> {
  const startMs = await control.started();
  if (startMs !== undefined) await sleep(Math.max(0, startMs - control.nowMs()), undefined, { ref: false });
}

async function runLoads(
  loads: readonly TargetLoad[],
  calls: CallSample,
  runStartMs: number,
  parts: ShardRunnerParts,
): Promise<void> {
  const { lease, engine, control } = parts;
  const { clock, health } = engine;
  const elapsedMs = () => clock.nowMs() - runStartMs;
  const begun = loads.map((load) => underWay(load, parts));
  const taken = await takeUp(begun, control);
  if (taken === undefined) return await giveBack(parts);
  const beganAtMs = elapsedMs();
  if (lease.epoch === 1) countLost(taken);
  const fenced = Promise.withResolvers<void>();
  const commits = new CommitQueue(lease, clock, {
    onFenced: fenced.resolve,
    onStored: (sentAtMs, result) => {
      control.confirm(sentAtMs);
      if (result === 'late') control.takeAway('lost');
    },
  });
  const snapshotter = new Snapshotter({
    lease,
    sources: snapshotSources({ taken, loads: begun, calls, engine, control }),
    commits,
    clock,
    turns: engine.turns,
    runStartMs,
    beganAtMs: lease.epoch === 1 ? 0 : beganAtMs,
    takeOver: takeOverOf(lease, taken, beganAtMs),
  });
  health.start();
  await new ShardRun({
    ...parts,
    loads: begun,
    snapshotter,
    elapsedMs,
    leadMs: engine.plan.scenario.execution.maxConcurrency === undefined ? longestLeadMs : 0,
    failure: Promise.race([commits.failure, engine.admissions.failure, control.failure]),
    fenced: fenced.promise,
  }).run();
}

/** Nobody had the shard before: what was due too long ago was never sent. */
function countLost(taken: readonly LoadTakenUp[]): void {
  for (const { load, before } of taken) {
    for (const phase of ['warmup', 'main'] as const) {
      load.recorders[phase].scheduled(before[phase]);
      load.recorders[phase].lost(before[phase]);
    }
  }
}

function underWay(load: TargetLoad, { lease, engine, control }: ShardRunnerParts): ShardLoad {
  const source = loadSource(load, { lease, engine, control });
  return { load, source, run: new LoadRun(load, source, engine.clock) };
}

/** Takes every load up where the holders before left it; `undefined` where the shard was taken away meanwhile. */
async function takeUp(
  loads: readonly ShardLoad[],
  control: ShardControl,
): Promise<readonly LoadTakenUp[] | undefined> {
  const forget = control.onTaken(() => {
    for (const { source } of loads) source.stop();
  });
  const taken = await Promise.all(
    loads.map(async ({ load, source }) => ({ load, source, before: await source.takeUp() })),
  );
  forget();
  if (control.end !== undefined) return undefined;
  return taken.flatMap(({ before, ...rest }) => (before === undefined ? [] : [{ ...rest, before }]));
}
