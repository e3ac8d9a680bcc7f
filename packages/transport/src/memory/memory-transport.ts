import { TokenstormError } from '@tokenstorm/core';
import type {
  Clock,
  Dataset,
  DatasetStore,
  IterationCounter,
  MetricsSnapshot,
  RunEvent,
  Transport,
} from '@tokenstorm/core';
import { systemClock } from '../clock.ts';
import { MemoryRateLimiter } from './memory-rate-limiter.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryShardQueue } from './memory-shard-queue.ts';

/** The whole transport in one process: what an embedded run stands on. */
export function memoryTransport(clock: Clock = systemClock): Transport {
  const snapshots = new MemoryLog<MetricsSnapshot>();
  return {
    shards: new MemoryShardQueue(snapshots),
    snapshots,
    events: new MemoryLog<RunEvent>(),
    datasets: memoryDatasets(),
    iterations: memoryIterations(),
    limiter: new MemoryRateLimiter(clock),
    clock,
    [Symbol.asyncDispose]: async () => {},
  };
}

function memoryDatasets(): DatasetStore {
  const datasets = new Map<string, Dataset>();
  return {
    put: async (dataset) => void datasets.set(dataset.id, dataset),
    get: async (id) => {
      const dataset = datasets.get(id);
      if (dataset === undefined)
        throw new TokenstormError('E_FILE', `no data set ${id} was put into this run`);
      return dataset;
    },
  };
}

function memoryIterations(): IterationCounter {
  const taken = new Map<string, number>();
  return {
    reserve: async (key, wanted, limit) => {
      const first = taken.get(key) ?? 0;
      const count = Math.max(0, Math.min(wanted, limit - first));
      taken.set(key, first + count);
      return { first, count };
    },
  };
}
