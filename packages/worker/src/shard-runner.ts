import type { ShardLease } from '@tokenstorm/core';
import { CallSample } from './call-sample.ts';
import type { Engine } from './engine.ts';
import type { RecordSink } from './export/record-sink.ts';
import { LoadRun } from './load/load-run.ts';
import { loadSource } from './load/load-sources.ts';
import { shardLoads } from './load/shard-loads.ts';
import type { TargetLoad } from './load/target-load.ts';
import { warmUp } from './load/warm-up.ts';
import type { StopMode } from './run-control.ts';
import type { ShardControl } from './shard-control.ts';
import { Snapshotter } from './snapshotter.ts';

/**
 * Runs one shard from its lease to its final commit: warm-up, start barrier, load, drain. A shard that is taken away
 * ends without its final commit, and so does one that fails, which rejects with the cause.
 */
export async function runShard(
  lease: ShardLease,
  engine: Engine,
  control: ShardControl,
  records?: RecordSink,
): Promise<void> {
  await engine.prepare();
  const calls = new CallSample();
  const loads = shardLoads(lease, engine, (record, labels) => {
    calls.add(record, labels);
    records?.write(record, labels);
  });
  await engine.clients.loaded();
  await warmUpOrFail(loads, lease, engine, control);
  if (control.isTakenAway) return;
  await engine.transport.events.append({ type: 'warmed-up', shard: lease.shard.shard });
  const runStartMs = await control.started();
  if (runStartMs === undefined) return;
  for (const load of loads) load.begin(runStartMs);
  const runs = loads.map((load) => new LoadRun(load, loadSource(load, lease, engine)));
  const snapshotter = new Snapshotter(lease, snapshotSources(loads, calls, engine), engine.clock, runStartMs);
  engine.health.start();
  const elapsedMs = () => engine.clock.nowMs() - runStartMs;
  await runLoads(runs, snapshotter, control, { elapsedMs, failure: engine.admissions.failure });
}

/** Where the rate limiter fails, who waits for it would wait for ever. */
async function warmUpOrFail(
  loads: readonly TargetLoad[],
  lease: ShardLease,
  engine: Engine,
  control: ShardControl,
): Promise<void> {
  try {
    await Promise.race([warmUp(loads, lease.shard, control), engine.admissions.failure]);
  } catch (cause) {
    for (const load of loads) load.cancelAll();
    throw cause;
  }
}

/** Runs the loads to their end, or to a stop, with a commit each interval and one at the end. */
async function runLoads(
  runs: readonly LoadRun[],
  snapshotter: Snapshotter,
  control: ShardControl,
  { elapsedMs, failure }: { readonly elapsedMs: () => number; readonly failure: Promise<never> },
): Promise<void> {
  const stop = (mode: StopMode) => {
    for (const run of runs) run.stop(mode, elapsedMs());
  };
  const forget = control.onStop(stop);
  try {
    const commitFailed = new Promise<never>((_resolve, reject) => snapshotter.start(reject));
    await Promise.race([Promise.all(runs.map((run) => run.run())), commitFailed, failure]);
    await snapshotter.finish(!control.isTakenAway);
  } catch (cause) {
    stop('now');
    // What is known by now must not be lost with the rest. Where that cannot be committed either, the cause says why.
    await snapshotter.finish(false).catch(() => {});
    throw cause;
  } finally {
    forget();
  }
}

function limitUses({ admissions }: Engine) {
  const limits = admissions.uses();
  return limits.length > 0 ? { limits } : {};
}

function snapshotSources(loads: readonly TargetLoad[], calls: CallSample, engine: Engine) {
  const inFlight = () => loads.reduce((sum, load) => sum + load.inFlightHere, 0);
  return {
    workerId: engine.workerId,
    recorders: loads.flatMap((load) => [load.recorders.warmup, load.recorders.main]),
    calls: () => calls.take(),
    health: () => ({ ...engine.health.sample(inFlight()), ...limitUses(engine) }),
    inFlight,
  };
}
