import type { MetricsSnapshot, ShardLease } from '@tokenstorm/core';
import type { Engine } from './engine.ts';
import { isLost } from './epoch-before.ts';
import type { ShardControl } from './shard-control.ts';

export interface PassingOn {
  readonly lease: ShardLease;
  readonly engine: Engine;
  readonly control: ShardControl;
}

/**
 * Gives a shard back as it was given, before anything of it was sent here: without a word of it the next holder would have to take
 * this one for lost. A shard that this holder could not trust is not passed on.
 */
export async function passOn({ lease, engine, control }: PassingOn): Promise<void> {
  const { checkpoint, epoch } = lease;
  if (control.end !== 'yield' || checkpoint === undefined || isLost(lease)) return;
  await lease.commit(emptySnapshot(lease, engine), { ...checkpoint, epoch, sequence: 1, inFlight: 0 });
}

function emptySnapshot({ shard, epoch, checkpoint }: ShardLease, engine: Engine): MetricsSnapshot {
  return {
    version: 1,
    runId: shard.plan.runId,
    shard: shard.shard,
    epoch,
    sequence: 1,
    final: false,
    last: true,
    region: shard.region,
    workerId: engine.workerId,
    intervalStartMs: checkpoint?.accountedUpToMs ?? 0,
    intervalMs: 0,
    series: [],
    calls: [],
    health: engine.health.sample(0),
  };
}
