import type { Dataset, DatasetStore, Log, LogEntry, Transport } from '@tokenstorm/core';
import { BorrowedShards } from './borrowed-shards.ts';
import { clockOf } from './clock.ts';
import { RemoteCalls } from './remote-calls.ts';
import type { IpcChannel } from './remote-calls.ts';
import type { TransportProcedures } from './serve-transport.ts';

/**
 * The transport that the process at the other end of the channel serves (`serveTransport`). Its wall clock is that process's,
 * to some microseconds. When the other end is gone every call rejects; disposing leaves the channel open, which is its owner's.
 */
export async function ipcTransport(channel: IpcChannel): Promise<Transport> {
  const shards = new BorrowedShards(() => calls);
  const calls = new RemoteCalls<TransportProcedures>(channel, shards.procedures());
  return {
    shards,
    snapshots: remoteLog({
      append: (snapshot) => calls.call('snapshots.append', snapshot),
      next: (afterId, signal) => calls.call('snapshots.next', afterId, signal),
      trim: (upToId) => calls.call('snapshots.trim', upToId),
    }),
    events: remoteLog({
      append: (event) => calls.call('events.append', event),
      next: (afterId, signal) => calls.call('events.next', afterId, signal),
      trim: (upToId) => calls.call('events.trim', upToId),
    }),
    datasets: remoteDatasets(calls),
    iterations: { reserve: (...asked) => calls.call('iterations.reserve', asked) },
    limiter: {
      take: (...asked) => calls.call('limiter.take', asked),
      settle: (...asked) => calls.call('limiter.settle', asked),
      lower: (...asked) => calls.call('limiter.lower', asked),
    },
    clock: clockOf(await calls.call('clock.read', undefined)),
    [Symbol.asyncDispose]: async () => {},
  };
}

interface RemoteLog<T> extends Pick<Log<T>, 'append' | 'trim'> {
  /** The first entry after this id, as soon as there is one; `undefined` once the signal has aborted. */
  readonly next: (afterId: string | undefined, signal: AbortSignal) => Promise<LogEntry<T> | undefined>;
}

function remoteLog<T>({ append, trim, next }: RemoteLog<T>): Log<T> {
  async function* read(options: { afterId?: string; signal: AbortSignal }): AsyncIterable<LogEntry<T>> {
    let { afterId } = options;
    while (!options.signal.aborted) {
      const entry = await next(afterId, options.signal);
      if (entry === undefined) return;
      afterId = entry.id;
      yield entry;
    }
  }
  return { append, trim, read };
}

/** A data set never changes, and may be large: it is fetched once. */
function remoteDatasets(calls: RemoteCalls<TransportProcedures>): DatasetStore {
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
  };
}
