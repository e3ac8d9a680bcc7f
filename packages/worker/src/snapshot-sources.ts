import type { StreamState } from '@tokenstorm/core';
import type { CallSample } from './call-sample.ts';
import type { Engine } from './engine.ts';
import { keyOf } from './load/load-sources.ts';
import type { ShardControl } from './shard-control.ts';
import type { ShardLoad } from './shard-run.ts';
import type { SnapshotSources } from './snapshotter.ts';
import type { LoadTakenUp } from './take-over.ts';

/** What the snapshots of a shard are made from. */
export function snapshotSources({
  taken,
  loads,
  calls,
  engine,
  control,
}: {
  readonly taken: readonly LoadTakenUp[];
  readonly loads: readonly ShardLoad[];
  readonly calls: CallSample;
  readonly engine: Engine;
  readonly control: ShardControl;
}): SnapshotSources {
  const inFlight = () => loads.reduce((sum, { load }) => sum + load.inFlightHere, 0);
  return {
    workerId: engine.workerId,
    recorders: loads.flatMap(({ load }) => [load.recorders.warmup, load.recorders.main]),
    // Where the lease was renewed in time after all, there is no doubt.
    before: () => {
      if (!control.isInDoubt) for (const { load } of loads) load.believe();
    },
    calls: () => calls.take(),
    health: () => ({ ...engine.health.sample(inFlight()), ...limitUses(engine) }),
    inFlight,
    positions: () => positionsOf(taken),
    leftover: () => leftoverOf(loads),
  };
}

function limitUses({ admissions }: Engine) {
  const limits = admissions.uses();
  return limits.length > 0 ? { limits } : {};
}

function positionsOf(taken: readonly LoadTakenUp[]) {
  const positions: Record<string, number> = {};
  const begunInWarmup: Record<string, number> = {};
  const streams: Record<string, StreamState> = {};
  for (const { load, source, before } of taken) {
    const key = keyOf(load);
    const warmup = before.warmup + load.begun.warmup + source.ahead.warmup;
    const position = warmup + before.main + load.begun.main + source.ahead.main;
    const state = source.stateAt(position);
    positions[key] = position;
    if (warmup > 0) begunInWarmup[key] = warmup;
    if (state !== undefined) streams[key] = state;
  }
  return {
    positions,
    ...(Object.keys(begunInWarmup).length > 0 && { begunInWarmup }),
    ...(Object.keys(streams).length > 0 && { streams }),
  };
}

function leftoverOf(loads: readonly ShardLoad[]) {
  const ranges = loads.flatMap(({ load, source }) => {
    const left = source.leftover();
    return left.length > 0 ? [[keyOf(load), left] as const] : [];
  });
  return ranges.length > 0 ? { leftover: Object.fromEntries(ranges) } : {};
}
