import type { Dataset, DatasetStore, Log, LogEntry, Transport } from '@tokenstorm/core';
import { systemClock } from '../clock.ts';
import { BorrowedAggregations } from './borrowed-aggregations.ts';
import { BorrowedShards } from './borrowed-shards.ts';
import { clockOf } from './clock.ts';
import { RemoteCalls } from './remote-calls.ts';
import type { IpcChannel } from './remote-calls.ts';
import type { LogPlace, TransportProcedures } from './serve-transport.ts';

type Calls = RemoteCalls<TransportProcedures>;

/** What the process that holds the transport may ask of the one that uses it. */
export type BorrowedProcedures = ReturnType<BorrowedShards['procedures']> &
  ReturnType<BorrowedAggregations['procedures']>;

/**
 * The transport that the process at the other end of the channel serves (`serveTransport`). Its wall clock is that process's,
 * to some microseconds. When the other end is gone every call rejects; disposing leaves the channel open, which is its owner's.
 */
export async function ipcTransport(channel: IpcChannel): Promise<Transport> {
  const shards = new BorrowedShards(() => calls);
  const aggregations = new BorrowedAggregations(() => calls);
  const procedures = { ...shards.procedures(), ...aggregations.procedures() };
  const calls: Calls = new RemoteCalls<TransportProcedures>(channel, procedures);
  return {
    shards,
    aggregations,
    snapshots: (runId) =>
      remoteLog(runId, {
        append: (entry) => calls.call('snapshots.append', { runId, entry }),
        next: (place, signal) => calls.call('snapshots.next', place, signal),
        trim: (id) => calls.call('snapshots.trim', { runId, id }),
      }),
    events: (runId) =>
      remoteLog(runId, {
        append: (entry) => calls.call('events.append', { runId, entry }),
        next: (place, signal) => calls.call('events.next', place, signal),
        trim: (id) => calls.call('events.trim', { runId, id }),
      }),
    datasets: remoteDatasets(calls),
    limiter: (runId) => ({
      take: async (...asked) => {
        const askedMs = systemClock.nowMs();
        const grant = await calls.call('limiter.take', { runId, asked });
        return grant.granted
          ? { ...grant, overdueMs: grant.overdueMs - (systemClock.nowMs() - askedMs) }
          : grant;
      },
      settle: (...asked) => calls.call('limiter.settle', { runId, asked }),
      lower: (...asked) => calls.call('limiter.lower', { runId, asked }),
    }),
    budget: (runId, limits) => ({
      reserve: (...asked) => calls.call('budget.reserve', { runId, limits, asked }),
      settle: (...asked) => calls.call('budget.settle', { runId, limits, asked }),
      state: () => calls.call('budget.state', { runId, limits, asked: [] }),
    }),
    clock: clockOf(await calls.call('clock.read', undefined)),
    [Symbol.asyncDispose]: async () => {},
  };
}

interface RemoteLog<T> extends Pick<Log<T>, 'append' | 'trim'> {
  /** The first entry after this place, as soon as there is one; `undefined` once the signal has aborted. */
  readonly next: (place: LogPlace, signal: AbortSignal) => Promise<LogEntry<T> | undefined>;
}

function remoteLog<T>(runId: string, { append, trim, next }: RemoteLog<T>): Log<T> {
  async function* read(options: { afterId?: string; signal: AbortSignal }): AsyncIterable<LogEntry<T>> {
    let id = options.afterId;
    while (!options.signal.aborted) {
      const entry = await next({ runId, ...(id !== undefined && { id }) }, options.signal);
      if (entry === undefined) return;
      id = entry.id;
      yield entry;
    }
  }
  return { append, trim, read };
}

/** A data set never changes, and may be large: it is fetched once. */
function remoteDatasets(calls: Calls): DatasetStore {
  const fetched = new Map<string, Promise<Dataset>>();
  return {
    put: (dataset) => calls.call('datasets.put', dataset),
    get: (id) => {
      const known = fetched.get(id);
      if (known !== undefined) return known;
      const fetching = calls.call('datasets.get', id);
      fetched.set(id, fetching);
      fetching.catch(() => fetched.delete(id));
      return fetching;
    },
    agree: (...asked) => calls.call('datasets.agree', asked),
  };
}
