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
import { LentLeases } from './lent-leases.ts';

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
export class ServedShards extends LentLeases<ShardLease> {
  /** `run` has the other process run a shard; settles as its handler does. */
  constructor(queue: ShardQueue, run: (lent: LentLease, signal: AbortSignal) => Promise<void>) {
    super(
      (handler) => queue.work(handler),
      (ids, { shard, epoch, checkpoint, reserved }, signal) =>
        run({ ...ids, shard, epoch, reserved, ...(checkpoint !== undefined && { checkpoint }) }, signal),
    );
  }

  async commit({ lease, snapshot, checkpoint }: LeaseCommit): Promise<CommitResult> {
    return (await this.get(lease)?.commit(snapshot, checkpoint)) ?? 'fenced';
  }

  async reserve({ lease, request }: LeaseReservation): Promise<IterationRange> {
    return (await this.get(lease)?.reserve(request)) ?? { first: 0, count: 0 };
  }
}
