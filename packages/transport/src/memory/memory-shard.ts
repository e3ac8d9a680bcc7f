import type {
  IterationRange,
  IterationRequest,
  Log,
  MetricsSnapshot,
  Shard,
  ShardCheckpoint,
} from '@tokenstorm/core';
import type { MemoryIterations } from './memory-iterations.ts';
import { MemoryLease } from './memory-lease.ts';

export interface MemoryShardParts {
  readonly shard: Shard;
  readonly snapshots: Log<MetricsSnapshot>;
  readonly iterations: MemoryIterations;
  /** Its holder has given it back. */
  readonly onGivenBack: (state: MemoryShard) => void;
}

/** What all epochs of a shard share. */
export class MemoryShard {
  readonly shard: Shard;
  /** Of the latest epoch that has committed. */
  checkpoint: ShardCheckpoint | undefined;
  /** Iterations reserved so far, by `loadKey`. */
  readonly reserved: Record<string, number> = {};
  readonly #parts: MemoryShardParts;
  readonly #leases: MemoryLease[] = [];

  constructor(parts: MemoryShardParts) {
    this.shard = parts.shard;
    this.#parts = parts;
  }

  /** Begins the next epoch. */
  lease(): MemoryLease {
    const lease = new MemoryLease(this, this.#leases.length + 1);
    this.#leases.push(lease);
    return lease;
  }

  /** A tail changes no checkpoint: by then the shard goes on from another one. */
  async store(
    lease: MemoryLease,
    snapshot: MetricsSnapshot,
    checkpoint: ShardCheckpoint,
    { isGivenBack }: { readonly isGivenBack: boolean },
  ): Promise<void> {
    if (lease === this.#leases.at(-1)) this.checkpoint = checkpoint;
    const stored = this.#parts.snapshots.append(snapshot);
    if (isGivenBack) this.#parts.onGivenBack(this);
    await stored;
  }

  reserve({ loadKey, counter, wanted, limit }: IterationRequest, isHeld: boolean): IterationRange {
    const { runId } = this.shard.plan;
    const range = this.#parts.iterations.take(runId, counter, isHeld ? wanted : 0, limit);
    if (isHeld) this.reserved[loadKey] = (this.reserved[loadKey] ?? 0) + range.count;
    return range;
  }

  /** Fences an epoch whose handler has ended, and says which sequence it stored last; undefined for one that lasts, or is yet to come. */
  endEpoch(epoch: number): number | undefined {
    return this.#leases[epoch - 1]?.fence();
  }
}
