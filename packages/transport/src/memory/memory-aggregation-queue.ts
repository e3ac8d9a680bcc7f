import type { AggregationHandler, AggregationLease, AggregationQueue, RunPlan } from '@tokenstorm/core';
import { RunningHandlers } from './running-handlers.ts';

/** What a lease on a run stands on. */
export interface MemoryAggregationParts {
  readonly trim: (runId: string, upToId: string) => Promise<void>;
  readonly endEpoch: (runId: string, shard: number, epoch: number) => number | undefined;
}

/** Runs in this process's memory that wait for whoever folds them. */
export class MemoryAggregationQueue implements AggregationQueue {
  readonly #parts: MemoryAggregationParts;
  readonly #known = new Set<string>();
  readonly #waiting: RunPlan[] = [];
  readonly #workers: MemoryAggregationWorker[] = [];

  constructor(parts: MemoryAggregationParts) {
    this.#parts = parts;
  }

  async enqueue(plan: RunPlan): Promise<void> {
    if (this.#known.has(plan.runId)) return;
    this.#known.add(plan.runId);
    this.#waiting.push(plan);
    this.#hand();
  }

  async work(handler: AggregationHandler): Promise<AsyncDisposable> {
    const worker = new MemoryAggregationWorker(handler, this.#parts, (plan) => {
      this.#waiting.unshift(plan);
      this.#hand();
    });
    this.#workers.push(worker);
    this.#hand();
    return { [Symbol.asyncDispose]: () => this.#retire(worker) };
  }

  #hand(): void {
    while (this.#waiting.length > 0 && this.#workers.length > 0) {
      const plan = this.#waiting.shift() as RunPlan;
      const worker = this.#workers.reduce((least, other) => (other.held < least.held ? other : least));
      worker.take(plan);
    }
  }

  async #retire(worker: MemoryAggregationWorker): Promise<void> {
    const index = this.#workers.indexOf(worker);
    if (index >= 0) this.#workers.splice(index, 1);
    await worker.giveAllBack();
  }
}

/** One caller of `work` with the runs it folds. */
class MemoryAggregationWorker {
  readonly #handler: AggregationHandler;
  readonly #parts: MemoryAggregationParts;
  readonly #onGivenBack: (plan: RunPlan) => void;
  readonly #stop = new AbortController();
  readonly #handlers = new RunningHandlers();

  constructor(
    handler: AggregationHandler,
    parts: MemoryAggregationParts,
    onGivenBack: (plan: RunPlan) => void,
  ) {
    this.#handler = handler;
    this.#parts = parts;
    this.#onGivenBack = onGivenBack;
  }

  get held(): number {
    return this.#handlers.size;
  }

  take(plan: RunPlan): void {
    this.#handlers.add(this.#run(plan));
  }

  async giveAllBack(): Promise<void> {
    this.#stop.abort();
    await this.#handlers.ended();
  }

  /** A run whose handler rejects is not handed on: it would only fail again, and at once. */
  async #run(plan: RunPlan): Promise<void> {
    const lease = new MemoryAggregationLease(plan, this.#parts);
    try {
      await this.#handler(lease, this.#stop.signal);
    } finally {
      lease.release();
    }
    if (this.#stop.signal.aborted) this.#onGivenBack(plan);
  }
}

/** The sum is only where it is made: nothing is stored for a next holder, and snapshots are forgotten at once. */
class MemoryAggregationLease implements AggregationLease {
  readonly plan: RunPlan;
  readonly #parts: MemoryAggregationParts;
  #isHeld = true;

  constructor(plan: RunPlan, parts: MemoryAggregationParts) {
    this.plan = plan;
    this.#parts = parts;
  }

  async advance(upToId: string): Promise<boolean> {
    if (!this.#isHeld) return false;
    await this.#parts.trim(this.plan.runId, upToId);
    return true;
  }

  mayStillWrite(): boolean {
    return this.#isHeld;
  }

  async endEpoch(shard: number, epoch: number): Promise<number | undefined> {
    return this.#isHeld ? this.#parts.endEpoch(this.plan.runId, shard, epoch) : undefined;
  }

  release(): void {
    this.#isHeld = false;
  }
}
