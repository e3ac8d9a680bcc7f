import type { ShardLease } from '@tokenstorm/core';
import { CallSample } from './call-sample.ts';
import type { Engine } from './engine.ts';
import type { LoadSource } from './load/load-source.ts';
import { loadSource } from './load/load-sources.ts';
import { shardLoads } from './load/shard-loads.ts';
import type { TargetLoad } from './load/target-load.ts';
import { warmUp } from './load/warm-up.ts';
import type { RunControl, StopMode } from './run-control.ts';
import { Snapshotter } from './snapshotter.ts';

/** Runs one shard from its lease to its final commit: warm-up, start barrier, load, drain. */
export async function runShard(lease: ShardLease, engine: Engine, control: RunControl): Promise<void> {
  await engine.prepare();
  const calls = new CallSample();
  const loads = shardLoads(lease, engine, (record, labels) => calls.add(record, labels));
  await warmUp(loads, lease.shard, control);
  await engine.transport.events.append({ type: 'warmed-up', shard: lease.shard.shard });
  const runStartMs = await control.started;
  const snapshotter = new Snapshotter(lease, snapshotSources(loads, calls, engine), engine.clock, runStartMs);
  const snapshotFailed = new Promise<never>((_resolve, reject) => snapshotter.start(reject));
  await Promise.race([runLoads(loads, lease, engine, control, runStartMs), snapshotFailed]);
  await snapshotter.finish();
}

function snapshotSources(loads: readonly TargetLoad[], calls: CallSample, engine: Engine) {
  const inFlight = () => loads.reduce((sum, load) => sum + load.inFlightHere, 0);
  return {
    workerId: engine.workerId,
    recorders: loads.flatMap((load) => [load.recorders.warmup, load.recorders.main]),
    calls: () => calls.take(),
    health: () => engine.health.sample(inFlight()),
    inFlight,
  };
}

async function runLoads(
  loads: readonly TargetLoad[],
  lease: ShardLease,
  engine: Engine,
  control: RunControl,
  runStartMs: number,
): Promise<void> {
  for (const load of loads) load.begin(runStartMs);
  const sources = loads.map((load) => ({ load, source: loadSource(load, lease, engine) }));
  const running = Promise.all(sources.map(({ load, source }) => runLoad(load, source)));
  const forget = control.onStop((mode) => {
    for (const { load, source } of sources) stopLoad(load, source, mode, engine.clock.nowMs() - runStartMs);
  });
  await running;
  forget();
}

/** Runs a source to its end. What is under way then has its graceful stop, and is cancelled after it. */
async function runLoad(load: TargetLoad, source: LoadSource): Promise<void> {
  await source.run();
  const timer = setTimeout(() => load.cancelAll(), load.workload.gracefulStopMs);
  await load.idle();
  clearTimeout(timer);
}

function stopLoad(load: TargetLoad, source: LoadSource, mode: StopMode, atMs: number): void {
  source.stop();
  load.endMeasuring(atMs);
  if (mode === 'now') load.cancelAll();
}
