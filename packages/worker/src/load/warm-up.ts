import type { Shard } from '@tokenstorm/core';
import type { ShardControl } from '../shard-control.ts';
import type { TargetLoad } from './target-load.ts';

/**
 * Sends this shard's part of `warmup_requests` to each target, one after the other, so that connections stand and the
 * server's caches are warm when the load starts. Nothing of it is in the totals.
 */
export async function warmUp(
  loads: readonly TargetLoad[],
  shard: Shard,
  control: ShardControl,
): Promise<void> {
  const { warmupRequests } = shard.plan.scenario.execution;
  const shards = shard.plan.shards.length;
  const firstOfEachTarget = new Map(loads.toReversed().map((load) => [load.client.target.key, load]));
  const forget = control.onStop((mode) => {
    if (mode === 'now') for (const load of loads) load.cancelAll();
  });
  await Promise.all(
    [...firstOfEachTarget.values()].map(async (load) => {
      for (let index = shard.shard; index < warmupRequests; index += shards) {
        if (control.stopMode !== undefined) return;
        await load.warmUp(index);
      }
    }),
  );
  forget();
}
