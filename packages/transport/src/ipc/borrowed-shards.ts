import { TokenstormError } from '@tokenstorm/core';
import type {
  CommitResult,
  IterationRange,
  IterationRequest,
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
    signal.addEventListener('abort', () => lease.endBy(signal.reason), { once: true });
    try {
      await handler(lease, signal);
    } finally {
      lease.release();
    }
  }
}

/** A lease that another process holds for this one, until its handler here has returned or given the shard back. */
class BorrowedLease implements ShardLease {
  readonly shard: Shard;
  readonly epoch: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly reserved: Readonly<Record<string, number>>;
  readonly #lease: number;
  readonly #calls: Calls;
  #held = true;

  constructor({ lease, shard, epoch, checkpoint, reserved }: LentLease, calls: Calls) {
    this.shard = shard;
    this.epoch = epoch;
    if (checkpoint !== undefined) this.checkpoint = checkpoint;
    this.reserved = reserved;
    this.#lease = lease;
    this.#calls = calls;
  }

  async commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult> {
    // Before the answer is here, somebody else may have begun.
    if (checkpoint.yielded) this.release();
    const result = await this.#calls.call('lease.commit', { lease: this.#lease, snapshot, checkpoint });
    if (result === 'late' || result === 'fenced') this.release();
    return result;
  }

  reserve(request: IterationRequest): Promise<IterationRange> {
    return this.#calls.call('lease.reserve', { lease: this.#lease, request });
  }

  mayStillSend(): boolean {
    return this.#held;
  }

  /** A shard that is asked for is this process's until it is given back. */
  endBy(reason: unknown): void {
    if (reason !== 'yield') this.release();
  }

  release(): void {
    this.#held = false;
  }
}
