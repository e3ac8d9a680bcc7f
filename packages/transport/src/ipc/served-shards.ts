import type {
  CommitResult,
  IterationRange,
  IterationRequest,
  MetricsSnapshot,
  Shard,
  ShardCheckpoint,
  ShardLease,
  ShardQueue,
} from '@tokenstorm/core';

/** A lease as it is lent to another process. */
export interface LentLease {
  /** Which of that process's calls of `work` it is for. */
  readonly work: number;
  readonly lease: number;
  readonly shard: Shard;
  readonly epoch: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly reserved: Readonly<Record<string, number>>;
}

export interface LeaseCommit {
  readonly lease: number;
  readonly snapshot: MetricsSnapshot;
  readonly checkpoint: ShardCheckpoint;
}

export interface LeaseReservation {
  readonly lease: number;
  readonly request: IterationRequest;
}

/** The shards of a queue that one other process works on. */
export class ServedShards {
  readonly #queue: ShardQueue;
  readonly #run: (lent: LentLease, signal: AbortSignal) => Promise<void>;
  readonly #works = new Map<number, AsyncDisposable>();
  readonly #leases = new Map<number, ShardLease>();
  #lastLease = 0;
  #isAbandoned = false;

  /** `run` has the other process run a shard; settles as its handler does. */
  constructor(queue: ShardQueue, run: (lent: LentLease, signal: AbortSignal) => Promise<void>) {
    this.#queue = queue;
    this.#run = run;
  }

  /** Takes shards for the other process; the number is its own. */
  async work(work: number): Promise<void> {
    this.#works.set(work, await this.#queue.work((lease, signal) => this.#lend(work, lease, signal)));
    if (this.#isAbandoned) this.abandon();
  }

  async retire(work: number): Promise<void> {
    const shards = this.#works.get(work);
    this.#works.delete(work);
    await shards?.[Symbol.asyncDispose]();
  }

  async commit({ lease, snapshot, checkpoint }: LeaseCommit): Promise<CommitResult> {
    return (await this.#leases.get(lease)?.commit(snapshot, checkpoint)) ?? 'fenced';
  }

  async reserve({ lease, request }: LeaseReservation): Promise<IterationRange> {
    return (await this.#leases.get(lease)?.reserve(request)) ?? { first: 0, count: 0 };
  }

  /** The other process is gone. Disposing hears of its unfinished shards first, so that nobody else is given them. */
  abandon(): void {
    this.#isAbandoned = true;
    for (const work of this.#works.keys()) this.retire(work).catch(() => {});
  }

  async #lend(work: number, lease: ShardLease, signal: AbortSignal): Promise<void> {
    this.#lastLease += 1;
    const id = this.#lastLease;
    const { shard, epoch, checkpoint, reserved } = lease;
    this.#leases.set(id, lease);
    try {
      const lent = {
        work,
        lease: id,
        shard,
        epoch,
        reserved,
        ...(checkpoint !== undefined && { checkpoint }),
      };
      await this.#run(lent, signal);
    } finally {
      this.#leases.delete(id);
    }
  }
}
