import { TokenstormError } from '@tokenstorm/core';
import type {
  CommitResult,
  MetricsSnapshot,
  Shard,
  ShardCheckpoint,
  ShardHandler,
  ShardLease,
  ShardQueue,
} from '@tokenstorm/core';
import type { RemoteCalls } from './remote-calls.ts';
import type { TransportProcedures } from './serve-transport.ts';
import type { LentLease } from './served-shards.ts';

type Calls = RemoteCalls<TransportProcedures>;

/** What the process that holds the transport may ask of the one that works on its shards. */
export type ShardProcedures = ReturnType<BorrowedShards['procedures']>;

/** The shard queue of another process. */
export class BorrowedShards implements ShardQueue {
  readonly #handlers = new Map<number, ShardHandler>();
  readonly #calls: () => Calls;
  #lastWork = 0;

  constructor(calls: () => Calls) {
    this.#calls = calls;
  }

  procedures() {
    return { 'shard.run': (lent: LentLease, signal: AbortSignal) => this.#run(lent, signal) };
  }

  enqueue(shards: readonly Shard[]): Promise<void> {
    return this.#calls().call('shards.enqueue', shards);
  }

  async work(handler: ShardHandler): Promise<AsyncDisposable> {
    this.#lastWork += 1;
    const work = this.#lastWork;
    this.#handlers.set(work, handler);
    await this.#calls().call('shards.work', work);
    return { [Symbol.asyncDispose]: () => this.#calls().call('shards.retire', work) };
  }

  async #run(lent: LentLease, signal: AbortSignal): Promise<void> {
    const handler = this.#handlers.get(lent.work);
    if (handler === undefined) throw new TokenstormError('E_INTERNAL', 'nobody here works on shards');
    const lease = new BorrowedLease(lent, this.#calls());
    try {
      await handler(lease, signal);
    } finally {
      lease.release();
    }
  }
}

/** A lease that another process holds for this one, until its handler here has returned. */
class BorrowedLease implements ShardLease {
  readonly shard: Shard;
  readonly epoch: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly #lease: number;
  readonly #calls: Calls;
  #held = true;

  constructor({ lease, shard, epoch, checkpoint }: LentLease, calls: Calls) {
    this.shard = shard;
    this.epoch = epoch;
    if (checkpoint !== undefined) this.checkpoint = checkpoint;
    this.#lease = lease;
    this.#calls = calls;
  }

  commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult> {
    return this.#calls.call('lease.commit', { lease: this.#lease, snapshot, checkpoint });
  }

  mayStillSend(): boolean {
    return this.#held;
  }

  release(): void {
    this.#held = false;
  }
}
