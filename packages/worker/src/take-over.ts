import type { ShardLease, TakeOver } from '@tokenstorm/core';
import { isLost } from './epoch-before.ts';
import type { LoadSource } from './load/load-source.ts';
import type { PhaseCounts, TargetLoad } from './load/target-load.ts';

/** A load of a shard with the requests of it that were not to start here. */
export interface LoadTakenUp {
  readonly load: TargetLoad;
  readonly source: LoadSource;
  readonly before: PhaseCounts;
}

/**
 * How this epoch goes on from the ones before, where there were any: `beganAtMs` after the run's start. Absent where it began
 * before the start, and so as if it were the first.
 */
export function takeOverOf(
  lease: ShardLease,
  loads: readonly LoadTakenUp[],
  beganAtMs: number,
): TakeOver | undefined {
  if (lease.epoch === 1 || beganAtMs < 0) return undefined;
  return {
    after: isLost(lease) ? 'loss' : 'yield',
    gapStartMs: Math.min(lease.checkpoint?.accountedUpToMs ?? 0, beganAtMs),
    gapEndMs: beganAtMs,
    scheduledBefore: loads.flatMap(({ load, before }) =>
      (['warmup', 'main'] as const)
        .filter((phase) => before[phase] > 0)
        .map((phase) => ({ labels: load.recorders[phase].labels, scheduled: before[phase] })),
    ),
  };
}
