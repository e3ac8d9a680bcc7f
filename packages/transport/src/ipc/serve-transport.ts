import type {
  Budget,
  BudgetAmounts,
  Dataset,
  DatasetStore,
  Log,
  LogEntry,
  MetricsSnapshot,
  RateLimiter,
  RunEvent,
  RunPlan,
  Shard,
  Transport,
} from '@tokenstorm/core';
import type { BorrowedProcedures } from './ipc-transport.ts';
import { readClock } from './clock.ts';
import { RemoteCalls } from './remote-calls.ts';
import type { IpcChannel } from './remote-calls.ts';
import { ServedAggregations } from './served-aggregations.ts';
import type { AggregationAdvance, EpochEnd } from './served-aggregations.ts';
import { ServedShards } from './served-shards.ts';
import type { LeaseCommit, LeaseReservation } from './served-shards.ts';

/** What a process may ask of the one that holds the transport. */
export type TransportProcedures = ReturnType<typeof transportProcedures>;

interface Appended<T> {
  readonly runId: string;
  readonly entry: T;
}

interface LimiterCall<K extends keyof RateLimiter> {
  readonly runId: string;
  readonly asked: Parameters<RateLimiter[K]>;
}

interface BudgetCall<K extends keyof Budget> {
  readonly runId: string;
  readonly limits: BudgetAmounts;
  readonly asked: Parameters<Budget[K]>;
}

/** A place in a run's log; the one before its first entry where there is no id. */
export interface LogPlace {
  readonly runId: string;
  readonly id?: string;
}

/**
 * Lets the process at the other end of the channel use this transport, by `ipcTransport` there. When that process ends,
 * whatever way, its leases end as if their handlers had rejected: nobody else is given its shards.
 */
export function serveTransport(transport: Transport, channel: IpcChannel): void {
  const shards = new ServedShards(transport.shards, (lent, signal) => calls.call('shard.run', lent, signal));
  const runs = new ServedAggregations(transport.aggregations, (lent, signal) =>
    calls.call('run.fold', lent, signal),
  );
  const procedures = transportProcedures(transport, shards, runs);
  const calls = new RemoteCalls<BorrowedProcedures>(channel, procedures, () => {
    shards.abandon();
    runs.abandon();
  });
}

function transportProcedures(transport: Transport, shards: ServedShards, runs: ServedAggregations) {
  const { datasets, clock } = transport;
  return {
    'shards.enqueue': (enqueued: readonly Shard[]) => transport.shards.enqueue(enqueued),
    'shards.work': (work: number) => shards.work(work),
    'shards.retire': (work: number) => shards.retire(work),
    'lease.commit': (commit: LeaseCommit) => shards.commit(commit),
    'lease.reserve': (reservation: LeaseReservation) => shards.reserve(reservation),
    'aggregations.enqueue': (plan: RunPlan) => transport.aggregations.enqueue(plan),
    'aggregations.work': (work: number) => runs.work(work),
    'aggregations.retire': (work: number) => runs.retire(work),
    'aggregation.advance': (advance: AggregationAdvance) => runs.advance(advance),
    'aggregation.end-epoch': (end: EpochEnd) => runs.endEpoch(end),
    'snapshots.append': ({ runId, entry }: Appended<MetricsSnapshot>) =>
      transport.snapshots(runId).append(entry),
    'snapshots.next': (place: LogPlace, signal: AbortSignal) =>
      next(transport.snapshots(place.runId), place, signal),
    'snapshots.trim': ({ runId, id }: Required<LogPlace>) => transport.snapshots(runId).trim(id),
    'events.append': ({ runId, entry }: Appended<RunEvent>) => transport.events(runId).append(entry),
    'events.next': (place: LogPlace, signal: AbortSignal) =>
      next(transport.events(place.runId), place, signal),
    'events.trim': ({ runId, id }: Required<LogPlace>) => transport.events(runId).trim(id),
    'datasets.put': (dataset: Dataset) => datasets.put(dataset),
    'datasets.get': (id: string) => datasets.get(id),
    'datasets.agree': (asked: Parameters<DatasetStore['agree']>) => datasets.agree(...asked),
    'limiter.take': ({ runId, asked }: LimiterCall<'take'>) => transport.limiter(runId).take(...asked),
    'limiter.settle': ({ runId, asked }: LimiterCall<'settle'>) => transport.limiter(runId).settle(...asked),
    'limiter.lower': ({ runId, asked }: LimiterCall<'lower'>) => transport.limiter(runId).lower(...asked),
    'budget.reserve': ({ runId, limits, asked }: BudgetCall<'reserve'>) =>
      transport.budget(runId, limits).reserve(...asked),
    'budget.settle': ({ runId, limits, asked }: BudgetCall<'settle'>) =>
      transport.budget(runId, limits).settle(...asked),
    'budget.state': ({ runId, limits }: BudgetCall<'state'>) => transport.budget(runId, limits).state(),
    'clock.read': async () => readClock(clock),
  };
}

/** One entry each time, asked for when the one before is dealt with: a slow reader holds nothing up but itself. */
async function next<T>(log: Log<T>, { id }: LogPlace, signal: AbortSignal): Promise<LogEntry<T> | undefined> {
  for await (const entry of log.read({ signal, ...(id !== undefined && { afterId: id }) })) return entry;
  return undefined;
}
