import { TokenstormError } from '@tokenstorm/core';
import type { Dataset, DatasetStore } from '@tokenstorm/core';

/** Data sets in this process's memory. */
export function memoryDatasets(): DatasetStore {
  const datasets = new Map<string, Dataset>();
  const agreed = new Map<string, string>();
  return {
    put: async (dataset) => void datasets.set(dataset.id, dataset),
    get: async (id) => {
      const dataset = datasets.get(id);
      if (dataset === undefined)
        throw new TokenstormError('E_FILE', `no data set ${id} was put into this run`);
      return dataset;
    },
    agree: async (runId, path, sha256) => {
      const key = `${runId}\n${path}`;
      const first = agreed.get(key) ?? sha256;
      agreed.set(key, first);
      return first;
    },
  };
}
