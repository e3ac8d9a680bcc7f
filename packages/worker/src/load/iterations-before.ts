import type { Phase, ShardLease } from '@tokenstorm/core';
import { leftoverOf } from '../epoch-before.ts';
import type { PhaseCounts } from './target-load.ts';

/**
 * Iterations of a closed loop that are not this holder's: all that the shard had reserved and were not given back. Those of whom
 * nobody knows when they began count as ones of the phase in which they are missed.
 */
export function iterationsBefore(
  lease: Pick<ShardLease, 'epoch' | 'reserved' | 'checkpoint'>,
  loadKey: string,
  phaseNow: Phase,
): PhaseCounts {
  const leftover = leftoverOf(lease, loadKey);
  const all = leftover.reduce((sum, { count }) => sum - count, lease.reserved[loadKey] ?? 0);
  const known = lease.checkpoint?.begunInWarmup?.[loadKey] ?? 0;
  const warmup = phaseNow === 'warmup' ? all : Math.min(all, known);
  return { warmup, main: all - warmup };
}
