import type { Clock, MetricsSnapshot, RunEvent, Transport } from '@tokenstorm/core';
import { systemClock } from '../clock.ts';
import { MemoryAggregationQueue } from './memory-aggregation-queue.ts';
import { MemoryBudget } from './memory-budget.ts';
import { memoryDatasets } from './memory-datasets.ts';
import { MemoryRateLimiter } from './memory-rate-limiter.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryShardQueue } from './memory-shard-queue.ts';

/** The whole transport in one process: what an embedded run stands on. */
export function memoryTransport(clock: Clock = systemClock): Transport {
  const snapshots = byRun(() => new MemoryLog<MetricsSnapshot>());
  const shards = new MemoryShardQueue(snapshots);
  return {
    shards,
    aggregations: new MemoryAggregationQueue({
      trim: (runId, upToId) => snapshots(runId).trim(upToId),
      endEpoch: (runId, shard, epoch) => shards.endEpoch(runId, shard, epoch),
    }),
    snapshots,
    events: byRun(() => new MemoryLog<RunEvent>()),
    datasets: memoryDatasets(),
    limiter: byRun(() => new MemoryRateLimiter(clock)),
    budget: budgetsByRun(),
    clock,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** One thing for each run, made when it is first asked for. */
function byRun<T>(make: () => T): (runId: string) => T {
  const made = new Map<string, T>();
  return (runId) => {
    const known = made.get(runId) ?? make();
    made.set(runId, known);
    return known;
  };
}

function budgetsByRun(): Transport['budget'] {
  const budgets = new Map<string, MemoryBudget>();
  return (runId, limits) => {
    const known = budgets.get(runId) ?? new MemoryBudget(limits);
    budgets.set(runId, known);
    return known;
  };
}
