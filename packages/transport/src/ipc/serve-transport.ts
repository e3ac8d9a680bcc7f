import type {
  Dataset,
  IterationCounter,
  Log,
  LogEntry,
  MetricsSnapshot,
  RateLimiter,
  RunEvent,
  Shard,
  Transport,
} from '@tokenstorm/core';
import type { ShardProcedures } from './borrowed-shards.ts';
import { readClock } from './clock.ts';
import { RemoteCalls } from './remote-calls.ts';
import type { IpcChannel } from './remote-calls.ts';
import { ServedShards } from './served-shards.ts';
import type { LeaseCommit } from './served-shards.ts';

/** What a process may ask of the one that holds the transport. */
export type TransportProcedures = ReturnType<typeof transportProcedures>;

/**
 * Lets the process at the other end of the channel use this transport, by `ipcTransport` there. When that process ends,
 * whatever way, its leases end as if their handlers had rejected: nobody else is given its shards.
 */
export function serveTransport(transport: Transport, channel: IpcChannel): void {
  const shards = new ServedShards(transport.shards, (lent, signal) => calls.call('shard.run', lent, signal));
  const procedures = transportProcedures(transport, shards);
  const calls = new RemoteCalls<ShardProcedures>(channel, procedures, () => shards.abandon());
}

function transportProcedures(transport: Transport, shards: ServedShards) {
  const { snapshots, events, datasets, iterations, limiter, clock } = transport;
  return {
    'shards.enqueue': (enqueued: readonly Shard[]) => transport.shards.enqueue(enqueued),
    'shards.work': (work: number) => shards.work(work),
    'shards.retire': (work: number) => shards.retire(work),
    'lease.commit': (commit: LeaseCommit) => shards.commit(commit),
    'snapshots.append': (snapshot: MetricsSnapshot) => snapshots.append(snapshot),
    'snapshots.next': (afterId: string | undefined, signal: AbortSignal) => next(snapshots, afterId, signal),
    'snapshots.trim': (upToId: string) => snapshots.trim(upToId),
    'events.append': (event: RunEvent) => events.append(event),
    'events.next': (afterId: string | undefined, signal: AbortSignal) => next(events, afterId, signal),
    'events.trim': (upToId: string) => events.trim(upToId),
    'datasets.put': (dataset: Dataset) => datasets.put(dataset),
    'datasets.get': (id: string) => datasets.get(id),
    'iterations.reserve': (asked: Parameters<IterationCounter['reserve']>) => iterations.reserve(...asked),
    'limiter.take': (asked: Parameters<RateLimiter['take']>) => limiter.take(...asked),
    'limiter.settle': (asked: Parameters<RateLimiter['settle']>) => limiter.settle(...asked),
    'limiter.lower': (asked: Parameters<RateLimiter['lower']>) => limiter.lower(...asked),
    'clock.read': async () => readClock(clock),
  };
}

/** One entry each time, asked for when the one before is dealt with: a slow reader holds nothing up but itself. */
async function next<T>(
  log: Log<T>,
  afterId: string | undefined,
  signal: AbortSignal,
): Promise<LogEntry<T> | undefined> {
  for await (const entry of log.read({ signal, ...(afterId !== undefined && { afterId }) })) return entry;
  return undefined;
}
