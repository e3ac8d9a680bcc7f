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
      const before = taken.get(key) ?? 0;
      const granted = Math.max(0, Math.min(wanted, limit - before));
      taken.set(key, before + granted);
      return granted;
    },
  };
}
