import type { Clock, Log, MetricsSnapshot, RunEvent, Transport } from '@tokenstorm/core';
import { systemClock } from '../clock.ts';
import { MemoryAggregationQueue } from './memory-aggregation-queue.ts';
import { memoryDatasets } from './memory-datasets.ts';
import { MemoryRateLimiter } from './memory-rate-limiter.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryShardQueue } from './memory-shard-queue.ts';

/** The whole transport in one process: what an embedded run stands on. */
export function memoryTransport(clock: Clock = systemClock): Transport {
  const snapshots = logsByRun<MetricsSnapshot>();
  const shards = new MemoryShardQueue(snapshots);
  return {
    shards,
    aggregations: new MemoryAggregationQueue({
      trim: (runId, upToId) => snapshots(runId).trim(upToId),
      endEpoch: (runId, shard, epoch) => shards.endEpoch(runId, shard, epoch),
    }),
    snapshots,
    events: logsByRun<RunEvent>(),
    datasets: memoryDatasets(),
    limiter: new MemoryRateLimiter(clock),
    clock,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** The log of each run, made when it is first asked for. */
function logsByRun<T>(): (runId: string) => Log<T> {
  const logs = new Map<string, Log<T>>();
  return (runId) => {
    const log = logs.get(runId) ?? new MemoryLog<T>();
    logs.set(runId, log);
    return log;
  };
}
