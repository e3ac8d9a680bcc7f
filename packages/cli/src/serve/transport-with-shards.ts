import type { ShardQueue, Transport } from '@tokenstorm/core';

/** The same transport, with another queue of shards. */
export function withShards(transport: Transport, shards: ShardQueue): Transport {
  const { aggregations, datasets, clock } = transport;
  return {
    shards,
    aggregations,
    datasets,
    limiter: (runId) => transport.limiter(runId),
    budget: (runId, limits) => transport.budget(runId, limits),
    clock,
    snapshots: (runId) => transport.snapshots(runId),
    events: (runId) => transport.events(runId),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}
