import type {
  CommitResult,
  LeaseEnd,
  MetricsSnapshot,
  Shard,
  ShardCheckpoint,
  ShardHandler,
  ShardLease,
  ShardQueue,
} from '@tokenstorm/core';

/** Is told what becomes of the shards of a worker. A lease is the same object each time. */
export interface ShardObserver {
  taken(shard: Shard): void;
  /** No request may start any more. */
  ended(shard: Shard, end: LeaseEnd): void;
  committing(shard: Shard, snapshot: MetricsSnapshot): void;
  committed(shard: Shard, snapshot: MetricsSnapshot, result: CommitResult): void;
  /** It cannot be run here; `reason` is without secrets. It is left next. */
  failed(shard: Shard, reason: string): void;
  /** The worker has nothing more to do for it; `isDone` where its last snapshot was final and stored. */
  left(shard: Shard, isDone: boolean): void;
}

/** All of them, told one after the other. */
export function observers(all: readonly ShardObserver[]): ShardObserver {
  return {
    taken: (shard) => all.forEach((one) => one.taken(shard)),
    ended: (shard, end) => all.forEach((one) => one.ended(shard, end)),
    committing: (shard, snapshot) => all.forEach((one) => one.committing(shard, snapshot)),
    committed: (shard, snapshot, result) => all.forEach((one) => one.committed(shard, snapshot, result)),
    failed: (shard, reason) => all.forEach((one) => one.failed(shard, reason)),
    left: (shard, isDone) => all.forEach((one) => one.left(shard, isDone)),
  };
}

/** The same queue, whose shards are shown to the observer on their way. Each lease has a `Shard` object of its own. */
export function watchShards(queue: ShardQueue, observer: ShardObserver): ShardQueue {
  return {
    enqueue: (shards) => queue.enqueue(shards),
    work: (handler, prepare) =>
      queue.work((lease, signal) => watchShard(lease, signal, handler, observer), prepare),
  };
}

async function watchShard(
  lease: ShardLease,
  signal: AbortSignal,
  handler: ShardHandler,
  observer: ShardObserver,
): Promise<void> {
  const shard = { ...lease.shard };
  const watched = new WatchedLease(lease, shard, observer);
  const onAbort = () => observer.ended(shard, signal.reason as LeaseEnd);
  observer.taken(shard);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await handler(watched, signal);
  } catch (cause) {
    observer.failed(shard, cause instanceof Error ? cause.message : String(cause));
    throw cause;
  } finally {
    signal.removeEventListener('abort', onAbort);
    observer.left(shard, watched.isDone);
  }
}

class WatchedLease implements ShardLease {
  readonly shard: Shard;
  readonly epoch: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly #lease: ShardLease;
  readonly #observer: ShardObserver;
  #isDone = false;

  constructor(lease: ShardLease, shard: Shard, observer: ShardObserver) {
    this.#lease = lease;
    this.#observer = observer;
    this.shard = shard;
    this.epoch = lease.epoch;
    if (lease.checkpoint !== undefined) this.checkpoint = lease.checkpoint;
  }

  get reserved() {
    return this.#lease.reserved;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  async commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult> {
    this.#observer.committing(this.shard, snapshot);
    const result = await this.#lease.commit(snapshot, checkpoint);
    this.#isDone ||= snapshot.final && (result === 'stored' || result === 'late');
    this.#observer.committed(this.shard, snapshot, result);
    return result;
  }

  reserve(request: Parameters<ShardLease['reserve']>[0]) {
    return this.#lease.reserve(request);
  }

  mayStillSend(): boolean {
    return this.#lease.mayStillSend();
  }
}
