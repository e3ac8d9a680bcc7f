import { Random, arrivals, isOpenLoop, sliceArrivals, userChanges } from '@tokenstorm/core';
import type { ClosedLoopProfile, OpenLoopProfile, ShardLease } from '@tokenstorm/core';
import type { Engine } from '../engine.ts';
import { ClosedLoop } from './closed-loop.ts';
import type { ClosedLoopParts } from './closed-loop.ts';
import { IterationBlock } from './iteration-block.ts';
import type { LoadSource } from './load-source.ts';
import { OpenLoop } from './open-loop.ts';
import type { TargetLoad } from './target-load.ts';

/** What starts the requests of a target load in this shard. */
export function loadSource(load: TargetLoad, lease: ShardLease, engine: Engine): LoadSource {
  const profile = load.workload.load;
  return isOpenLoop(profile)
    ? openLoop(load, profile, lease, engine)
    : closedLoop(load, profile, lease, engine);
}

function openLoop(load: TargetLoad, profile: OpenLoopProfile, lease: ShardLease, engine: Engine): LoadSource {
  const { plan, region, slice, count } = lease.shard;
  const { regions } = plan.scenario;
  const regionIndex = regions.findIndex((candidate) => candidate.name === region);
  const weightBefore = regions.slice(0, regionIndex).reduce((sum, { weight }) => sum + weight, 0);
  const { targets } = load.workload;
  const schedule = arrivals(profile, {
    seed: streamSeed(load, lease),
    share: regions[regionIndex]?.weight ?? 0,
    phase: (targets.indexOf(load.client.target.key) + weightBefore) / targets.length,
  });
  return new OpenLoop(load, sliceArrivals(schedule, slice, count), engine.pacer, engine.clock);
}

function closedLoop(
  load: TargetLoad,
  profile: ClosedLoopProfile,
  lease: ShardLease,
  engine: Engine,
): LoadSource {
  const { plan, slice } = lease.shard;
  return new ClosedLoop({
    load,
    profile,
    userChanges: userChanges(profile, plan.scenario.regions, lease.shard),
    takeIteration: iterationsOf(load, profile, lease, engine),
    random: new Random(`${streamSeed(load, lease)}/think/${slice}`),
    clock: engine.clock,
  });
}

/**
 * Shared iterations are numbered over the whole run, so that they are the same ones for any number of shards. Without a
 * number of iterations, time alone ends the loop, and each shard counts by itself. A block is as large as the shard has
 * users: a larger one would take the last iterations away from users of other shards that have nothing to do.
 */
function iterationsOf(
  { workload, client }: TargetLoad,
  profile: ClosedLoopProfile,
  { shard }: ShardLease,
  { plan, transport }: Engine,
): ClosedLoopParts['takeIteration'] {
  let count = 0;
  if (profile.executor !== 'shared-iterations') return () => count++ * plan.shards.length + shard.shard;
  const key = `${plan.runId}/${workload.name}/${client.target.key}`;
  const [{ users } = { users: 0 }] = userChanges(profile, plan.scenario.regions, shard);
  const reserve = (wanted: number) => transport.iterations.reserve(key, wanted, profile.iterations);
  const block = new IterationBlock(reserve, Math.max(1, users));
  return () => block.take();
}

/** The same for every shard of the region: they cut one stream into slices. */
function streamSeed(load: TargetLoad, lease: ShardLease): string {
  const { plan, region } = lease.shard;
  return `${plan.scenario.seed}/${load.workload.name}/${load.client.target.key}/${region}`;
}
