import type { IterationRange, ShardLease } from '@tokenstorm/core';

/**
 * Whether the holder right before this one did not give the shard back: it was lost, and may have sent anything since the last
 * checkpoint. That may be the one of an earlier holder, which had given the shard back.
 */
export function isLost({ epoch, checkpoint }: Pick<ShardLease, 'epoch' | 'checkpoint'>): boolean {
  return epoch > 1 && !(checkpoint?.yielded === true && checkpoint.epoch === epoch - 1);
}

/** Iterations of a load that the holder right before had reserved and gave back. */
export function leftoverOf(
  lease: Pick<ShardLease, 'epoch' | 'checkpoint'>,
  loadKey: string,
): readonly IterationRange[] {
  return (isLost(lease) ? undefined : lease.checkpoint?.leftover?.[loadKey]) ?? [];
}
