import type { AggregationCheckpoint, AggregationLease, AggregationQueue, RunPlan } from '@tokenstorm/core';
import { LentLeases } from './lent-leases.ts';

/** The right to fold a run, as it is lent to another process. */
export interface LentAggregation {
  /** Which of that process's calls of `work` it is for. */
  readonly work: number;
  readonly lease: number;
  readonly plan: RunPlan;
  readonly checkpoint?: AggregationCheckpoint;
}

export interface AggregationAdvance extends AggregationCheckpoint {
  readonly lease: number;
}

export interface EpochEnd {
  readonly lease: number;
  readonly shard: number;
  readonly epoch: number;
}

/** The runs of a queue that one other process folds. */
export class ServedAggregations extends LentLeases<AggregationLease> {
  /** `fold` has the other process fold a run; settles as its handler does. */
  constructor(queue: AggregationQueue, fold: (lent: LentAggregation, signal: AbortSignal) => Promise<void>) {
    super(
      (handler) => queue.work(handler),
      (ids, { plan, checkpoint }, signal) =>
        fold({ ...ids, plan, ...(checkpoint !== undefined && { checkpoint }) }, signal),
    );
  }

  async advance({ lease, upToId, state }: AggregationAdvance): Promise<boolean> {
    return (await this.get(lease)?.advance(upToId, () => state)) ?? false;
  }

  async endEpoch({ lease, shard, epoch }: EpochEnd): Promise<number | undefined> {
    return await this.get(lease)?.endEpoch(shard, epoch);
  }
}
