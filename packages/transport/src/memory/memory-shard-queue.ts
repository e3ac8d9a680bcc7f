import type {
  Log,
  MetricsSnapshot,
  Shard,
  ShardCheckpoint,
  ShardHandler,
  ShardQueue,
} from '@tokenstorm/core';
import { MemoryLease } from './memory-lease.ts';

/** Shards of a run in this process's memory: every handler that asks gets what is waiting, one lease a shard. */
export class MemoryShardQueue implements ShardQueue {
  readonly #snapshots: Log<MetricsSnapshot>;
  readonly #known = new Set<string>();
  readonly #waiting: Shard[] = [];
  readonly #checkpoints = new Map<string, ShardCheckpoint>();
  readonly #workers: MemoryShardWorker[] = [];

  constructor(snapshots: Log<MetricsSnapshot>) {
    this.#snapshots = snapshots;
  }

  async enqueue(shards: readonly Shard[]): Promise<void> {
    for (const shard of shards) {
      if (this.#known.has(shardKey(shard))) continue;
      this.#known.add(shardKey(shard));
      this.#waiting.push(shard);
    }
    this.#hand();
  }

  async work(handler: ShardHandler): Promise<AsyncDisposable> {
    const worker = new MemoryShardWorker(handler, (shard) => this.#giveBack(shard));
    this.#workers.push(worker);
    this.#hand();
    return { [Symbol.asyncDispose]: () => this.#retire(worker) };
  }

  /** Deals the waiting shards out evenly: the next one to whoever holds fewest. */
  #hand(): void {
    while (this.#waiting.length > 0 && this.#workers.length > 0) {
      const shard = this.#waiting.shift() as Shard;
      const worker = this.#workers.reduce((least, other) => (other.held < least.held ? other : least));
      worker.take(this.#lease(shard));
    }
  }

  #lease(shard: Shard): MemoryLease {
    const key = shardKey(shard);
    return new MemoryLease(shard, this.#checkpoints.get(key), this.#snapshots, (checkpoint) => {
      this.#checkpoints.set(key, checkpoint);
    });
  }

  /** A shard whose holder ended before its final commit waits for the next holder. */
  #giveBack(shard: Shard): void {
    if (this.#checkpoints.get(shardKey(shard))?.final === true) return;
    this.#waiting.unshift(shard);
    this.#hand();
  }

  async #retire(worker: MemoryShardWorker): Promise<void> {
    const index = this.#workers.indexOf(worker);
    if (index >= 0) this.#workers.splice(index, 1);
    await worker.yieldAll();
  }
}

function shardKey(shard: Shard): string {
  return `${shard.plan.runId}:${shard.shard}`;
}

/** One caller of `work` with the leases it holds. */
class MemoryShardWorker {
  readonly #handler: ShardHandler;
  readonly #onEnded: (shard: Shard) => void;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(handler: ShardHandler, onEnded: (shard: Shard) => void) {
    this.#handler = handler;
    this.#onEnded = onEnded;
  }

  get held(): number {
    return this.#running.size;
  }

  take(lease: MemoryLease): void {
    const ended = this.#run(lease).finally(() => this.#running.delete(ended));
    this.#running.add(ended);
  }

  async yieldAll(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** A shard whose handler rejects is not handed on: it would only fail again, and at once. */
  async #run(lease: MemoryLease): Promise<void> {
    try {
      await this.#handler(lease, this.#stop.signal);
    } finally {
      lease.release();
    }
    this.#onEnded(lease.shard);
  }
}
