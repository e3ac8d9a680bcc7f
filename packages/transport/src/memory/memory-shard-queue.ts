import type { LeaseEnd, Log, MetricsSnapshot, Shard, ShardHandler, ShardQueue } from '@tokenstorm/core';
import { MemoryIterations } from './memory-iterations.ts';
import type { MemoryLease } from './memory-lease.ts';
import { MemoryShard } from './memory-shard.ts';
import { RunningHandlers } from './running-handlers.ts';

/** Shards in this process's memory: every handler that asks gets what is waiting, one lease a shard. */
export class MemoryShardQueue implements ShardQueue {
  readonly #snapshotsOf: (runId: string) => Log<MetricsSnapshot>;
  readonly #iterations = new MemoryIterations();
  readonly #shards = new Map<string, MemoryShard>();
  readonly #waiting: MemoryShard[] = [];
  readonly #workers: MemoryShardWorker[] = [];

  constructor(snapshotsOf: (runId: string) => Log<MetricsSnapshot>) {
    this.#snapshotsOf = snapshotsOf;
  }

  async enqueue(shards: readonly Shard[]): Promise<void> {
    for (const shard of shards) {
      const key = shardKey(shard.plan.runId, shard.shard);
      if (this.#shards.has(key)) continue;
      const state = this.#state(shard);
      this.#shards.set(key, state);
      this.#waiting.push(state);
    }
    this.#hand();
  }

  async work(handler: ShardHandler): Promise<AsyncDisposable> {
    const worker = new MemoryShardWorker(handler, (state) => this.#giveBack(state));
    this.#workers.push(worker);
    this.#hand();
    return { [Symbol.asyncDispose]: () => this.#retire(worker) };
  }

  /** Fences an epoch whose handler has ended, and says which sequence it stored last; undefined for one that lasts, or is not known. */
  endEpoch(runId: string, shard: number, epoch: number): number | undefined {
    return this.#shards.get(shardKey(runId, shard))?.endEpoch(epoch);
  }

  #state(shard: Shard): MemoryShard {
    return new MemoryShard({
      shard,
      snapshots: this.#snapshotsOf(shard.plan.runId),
      iterations: this.#iterations,
      onGivenBack: (state) => this.#giveBack(state),
    });
  }

  /** Deals the waiting shards out evenly: the next one to whoever holds fewest. */
  #hand(): void {
    while (this.#waiting.length > 0 && this.#workers.length > 0) {
      const state = this.#waiting.shift() as MemoryShard;
      const worker = this.#workers.reduce((least, other) => (other.held < least.held ? other : least));
      worker.take(state);
    }
  }

  /** A shard whose holder ended before its final commit waits for the next holder. */
  #giveBack(state: MemoryShard): void {
    if (state.checkpoint?.final === true) return;
    this.#waiting.unshift(state);
    this.#hand();
  }

  async #retire(worker: MemoryShardWorker): Promise<void> {
    const index = this.#workers.indexOf(worker);
    if (index >= 0) this.#workers.splice(index, 1);
    await worker.yieldAll();
  }
}

function shardKey(runId: string, shard: number): string {
  return `${runId}:${shard}`;
}

/** One caller of `work` with the leases it holds. */
class MemoryShardWorker {
  readonly #handler: ShardHandler;
  readonly #onReturned: (state: MemoryShard) => void;
  readonly #stop = new AbortController();
  readonly #leases = new Set<MemoryLease>();
  readonly #handlers = new RunningHandlers();

  /** `onReturned` hears of shards that were this worker's until their handler returned. */
  constructor(handler: ShardHandler, onReturned: (state: MemoryShard) => void) {
    this.#handler = handler;
    this.#onReturned = onReturned;
  }

  /** Shards that it holds: the tail of one that was given back is none. */
  get held(): number {
    return [...this.#leases].filter((lease) => lease.isHeld).length;
  }

  take(state: MemoryShard): void {
    const lease = state.lease();
    this.#leases.add(lease);
    this.#handlers.add(this.#run(lease, state));
  }

  async yieldAll(): Promise<void> {
    this.#stop.abort('yield' satisfies LeaseEnd);
    await this.#handlers.ended();
  }

  /** A shard whose handler rejects is not handed on: it would only fail again, and at once. */
  async #run(lease: MemoryLease, state: MemoryShard): Promise<void> {
    let wasHeld = false;
    try {
      await this.#handler(lease, this.#stop.signal);
      wasHeld = lease.isHeld;
    } finally {
      lease.end();
      this.#leases.delete(lease);
    }
    if (wasHeld) this.#onReturned(state);
  }
}
