import type { Shard } from '@tokenstorm/core';
import type { ShardControl } from '../shard-control.ts';
import type { TargetLoad } from './target-load.ts';

/**
 * Sends this shard's part of `warmup_requests` to each target, one after the other, so that connections stand and the
 * server's caches are warm when the load starts. Nothing of it is in the totals. It ends early where the run stops or starts, or
 * the shard is taken away.
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
    if (mode === 'now') cancelAll(loads);
  });
  const forgetBudget = control.onBudgetUsedUp(() => {
    for (const load of loads) load.cancelWaiting();
  });
  const forgetTaken = control.onTaken(() => cancelAll(loads));
  await Promise.all(
    [...firstOfEachTarget.values()].map(async (load) => {
      for (let index = shard.shard; index < warmupRequests; index += shards) {
        if (control.stopMode !== undefined || control.end !== undefined || control.hasStarted) return;
        await load.warmUp(index);
      }
    }),
  );
  forget();
  forgetBudget();
  forgetTaken();
}

function cancelAll(loads: readonly TargetLoad[]): void {
  for (const load of loads) load.cancelAll();
}
