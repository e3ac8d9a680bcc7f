import type { AggregationCheckpoint, AggregationLease, AggregationQueue, RunPlan } from '@tokenstorm/core';

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
export class ServedAggregations {
  readonly #queue: AggregationQueue;
  readonly #fold: (lent: LentAggregation, signal: AbortSignal) => Promise<void>;
  readonly #works = new Map<number, AsyncDisposable>();
  readonly #leases = new Map<number, AggregationLease>();
  #lastLease = 0;
  #isAbandoned = false;

  /** `fold` has the other process fold a run; settles as its handler does. */
  constructor(queue: AggregationQueue, fold: (lent: LentAggregation, signal: AbortSignal) => Promise<void>) {
    this.#queue = queue;
    this.#fold = fold;
  }

  /** Takes runs for the other process; the number is its own. */
  async work(work: number): Promise<void> {
    this.#works.set(work, await this.#queue.work((lease, signal) => this.#lend(work, lease, signal)));
    if (this.#isAbandoned) this.abandon();
  }

  async retire(work: number): Promise<void> {
    const runs = this.#works.get(work);
    this.#works.delete(work);
    await runs?.[Symbol.asyncDispose]();
  }

  async advance({ lease, upToId, state }: AggregationAdvance): Promise<boolean> {
    return (await this.#leases.get(lease)?.advance(upToId, () => state)) ?? false;
  }

  async endEpoch({ lease, shard, epoch }: EpochEnd): Promise<number | undefined> {
    return await this.#leases.get(lease)?.endEpoch(shard, epoch);
  }

  /** The other process is gone. */
  abandon(): void {
    this.#isAbandoned = true;
    for (const work of this.#works.keys()) this.retire(work).catch(() => {});
  }

  async #lend(work: number, lease: AggregationLease, signal: AbortSignal): Promise<void> {
    this.#lastLease += 1;
    const id = this.#lastLease;
    const { plan, checkpoint } = lease;
    this.#leases.set(id, lease);
    try {
      await this.#fold({ work, lease: id, plan, ...(checkpoint !== undefined && { checkpoint }) }, signal);
    } finally {
      this.#leases.delete(id);
    }
  }
}
