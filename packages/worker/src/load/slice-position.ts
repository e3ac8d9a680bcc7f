import type { ShardLease, SlicePosition } from '@tokenstorm/core';
import type { PhaseCounts } from './target-load.ts';

/** Where a schedule goes on, and of which phases the arrivals before were. */
export interface ResumedSlice extends SlicePosition {
  readonly counts: PhaseCounts;
}

/** No request of either phase. */
export const noPhaseCounts: PhaseCounts = { warmup: 0, main: 0 };

/**
 * Where this shard's slice of a load's arrivals goes on by the last checkpoint; undefined where that does not tell, and they are to be
 * computed from the first on.
 */
export function slicePosition(
  { checkpoint, shard: { slice, count } }: Pick<ShardLease, 'checkpoint' | 'shard'>,
  loadKey: string,
): ResumedSlice | undefined {
  const position = checkpoint?.positions[loadKey] ?? 0;
  const state = checkpoint?.streams?.[loadKey];
  if (state === undefined || state.index > position * count + slice) return undefined;
  const warmup = checkpoint?.begunInWarmup?.[loadKey] ?? 0;
  return { position, state, counts: { warmup, main: position - warmup } };
}
