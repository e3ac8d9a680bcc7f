import { Random, SliceArrivals, arrivals, isOpenLoop, loadKey, userChanges } from '@tokenstorm/core';
import type { ArrivalStream, ClosedLoopProfile, OpenLoopProfile, ShardLease } from '@tokenstorm/core';
import type { Engine } from '../engine.ts';
import { isLost, leftoverOf } from '../epoch-before.ts';
import type { ShardControl } from '../shard-control.ts';
import { ClosedLoop } from './closed-loop.ts';
import { IterationBlock } from './iteration-block.ts';
import { iterationsBefore } from './iterations-before.ts';
import type { LoadSource } from './load-source.ts';
import { OpenLoop } from './open-loop.ts';
import { noPhaseCounts, slicePosition } from './slice-position.ts';
import type { TargetLoad } from './target-load.ts';

/** Arrivals that nobody could send while the shard changed hands are sent late, up to so much: older ones never. */
const mostOverdue = { leastMs: 2000, roundTrips: 10 };

export interface SourceParts {
  readonly lease: ShardLease;
  readonly engine: Engine;
  readonly control: ShardControl;
}

/** What starts the requests of a target load in this shard. */
export function loadSource(load: TargetLoad, parts: SourceParts): LoadSource {
  const profile = load.workload.load;
  return isOpenLoop(profile) ? openLoop(load, profile, parts) : closedLoop(load, profile, parts);
}

function openLoop(
  load: TargetLoad,
  profile: OpenLoopProfile,
  { lease, engine, control }: SourceParts,
): LoadSource {
  const { slice, count } = lease.shard;
  const seed = streamSeed(load, lease);
  const stream = engine.stream(seed, () => regionalStream(load, profile, lease, seed));
  const from = slicePosition(lease, keyOf(load));
  return new OpenLoop({
    load,
    arrivals: new SliceArrivals(stream, slice, count, from),
    pacer: engine.pacer,
    clock: engine.clock,
    right: control,
    before: {
      position: lease.checkpoint?.positions[keyOf(load)] ?? 0,
      skipped: from?.counts ?? noPhaseCounts,
      // Those whom a dead holder may have sent must not be sent again.
      mostOverdueMs: isLost(lease) ? 0 : mostOverdueMs(engine),
      endMs: () => control.stoppedAtMs,
    },
  });
}

/** A shard changes hands in several round trips to wherever that is settled; half of one is what a clock set from there may be off. */
function mostOverdueMs({ clock }: Pick<Engine, 'clock'>): number {
  const roundTripMs = 2 * (clock.errorBoundMs?.() ?? 0);
  return mostOverdue.leastMs + mostOverdue.roundTrips * roundTripMs;
}

/** The arrivals of the region, which its shards cut into slices. */
function regionalStream(
  load: TargetLoad,
  profile: OpenLoopProfile,
  lease: ShardLease,
  seed: string,
): ArrivalStream {
  const { plan, region } = lease.shard;
  const { regions } = plan.scenario;
  const regionIndex = regions.findIndex((candidate) => candidate.name === region);
  const weightBefore = regions.slice(0, regionIndex).reduce((sum, { weight }) => sum + weight, 0);
  const { targets } = load.workload;
  return arrivals(profile, {
    seed,
    share: regions[regionIndex]?.weight ?? 0,
    phase: (targets.indexOf(load.client.target.key) + weightBefore) / targets.length,
  });
}

function closedLoop(
  load: TargetLoad,
  profile: ClosedLoopProfile,
  { lease, engine, control }: SourceParts,
): LoadSource {
  const { plan, slice, shard } = lease.shard;
  const isShared = profile.executor === 'shared-iterations';
  return new ClosedLoop({
    load,
    profile,
    userChanges: userChanges(profile, plan.scenario.regions, lease.shard),
    iterations: iterationsOf(load, profile, { lease, engine, control }),
    // Shared iterations are numbered over the whole run, so that they are the same ones for any number of shards.
    numberOf: (iteration) => (isShared ? iteration : iteration * plan.shards.length + shard),
    right: control,
    before: () => iterationsBefore(lease, keyOf(load), load.phaseAt(engine.clock.nowMs())),
    random: new Random(`${streamSeed(load, lease)}/think/${slice}`),
    clock: engine.clock,
  });
}

/** Without a number of iterations, time alone ends the loop, and each shard counts by itself. */
function iterationsOf(
  load: TargetLoad,
  profile: ClosedLoopProfile,
  { lease, engine, control }: SourceParts,
): IterationBlock {
  const key = keyOf(load);
  const isShared = profile.executor === 'shared-iterations';
  const limit = isShared ? profile.iterations : Infinity;
  const counter = isShared ? key : `${key}/${lease.shard.shard}`;
  return new IterationBlock({
    reserve: async (wanted) => {
      const range = await lease.reserve({ loadKey: key, counter, wanted, limit });
      // Nothing, because the shard is not ours any more, is not the end of the loop.
      if (range.count === 0 && !control.mayStart()) await control.taken;
      return range;
    },
    clock: engine.clock,
    limit,
    shards: isShared ? engine.plan.shards.length : 1,
    leftover: leftoverOf(lease, key),
  });
}

/** How a load is called in checkpoints. */
export function keyOf({ workload, client }: Pick<TargetLoad, 'workload' | 'client'>): string {
  return loadKey(workload.name, client.target.key);
}

/** The same for every shard of the region: they cut one stream into slices. */
function streamSeed(load: TargetLoad, lease: ShardLease): string {
  const { plan, region } = lease.shard;
  return `${plan.scenario.seed}/${load.workload.name}/${load.client.target.key}/${region}`;
}
