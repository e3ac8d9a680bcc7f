import { TokenstormError } from '@tokenstorm/core';
import type {
  AggregationCheckpoint,
  AggregationHandler,
  AggregationLease,
  AggregationQueue,
  RunPlan,
} from '@tokenstorm/core';
import type { RemoteCalls } from './remote-calls.ts';
import type { TransportProcedures } from './serve-transport.ts';
import type { LentAggregation } from './served-aggregations.ts';

type Calls = RemoteCalls<TransportProcedures>;

/** The aggregation queue of another process. */
export class BorrowedAggregations implements AggregationQueue {
  readonly #handlers = new Map<number, AggregationHandler>();
  readonly #calls: () => Calls;
  #lastWork = 0;

  constructor(calls: () => Calls) {
    this.#calls = calls;
  }

  procedures() {
    return { 'run.fold': (lent: LentAggregation, signal: AbortSignal) => this.#fold(lent, signal) };
  }

  enqueue(plan: RunPlan): Promise<void> {
    return this.#calls().call('aggregations.enqueue', plan);
  }

  async work(handler: AggregationHandler): Promise<AsyncDisposable> {
    this.#lastWork += 1;
    const work = this.#lastWork;
    this.#handlers.set(work, handler);
    await this.#calls().call('aggregations.work', work);
    return { [Symbol.asyncDispose]: () => this.#calls().call('aggregations.retire', work) };
  }

  async #fold(lent: LentAggregation, signal: AbortSignal): Promise<void> {
    const handler = this.#handlers.get(lent.work);
    if (handler === undefined) throw new TokenstormError('E_INTERNAL', 'nobody here folds runs');
    const lease = new BorrowedAggregation(lent, this.#calls());
    try {
      await handler(lease, signal);
    } finally {
      lease.release();
    }
  }
}

/** A lease that another process holds for this one, until its handler here has returned. */
class BorrowedAggregation implements AggregationLease {
  readonly plan: RunPlan;
  readonly checkpoint?: AggregationCheckpoint;
  readonly #lease: number;
  readonly #calls: Calls;
  #held = true;

  constructor({ plan, lease, checkpoint }: LentAggregation, calls: Calls) {
    this.plan = plan;
    if (checkpoint !== undefined) this.checkpoint = checkpoint;
    this.#lease = lease;
    this.#calls = calls;
  }

  /** The sum goes along with each fold: the other process cannot ask for it and wait. */
  async advance(upToId: string, state: () => Uint8Array): Promise<boolean> {
    const advanced = await this.#calls.call('aggregation.advance', {
      lease: this.#lease,
      upToId,
      state: state(),
    });
    if (!advanced) this.release();
    return advanced;
  }

  mayStillWrite(): boolean {
    return this.#held;
  }

  endEpoch(shard: number, epoch: number): Promise<number | undefined> {
    return this.#calls.call('aggregation.end-epoch', { lease: this.#lease, shard, epoch });
  }

  release(): void {
    this.#held = false;
  }
}
