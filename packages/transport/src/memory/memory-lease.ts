import type {
  CommitResult,
  Log,
  MetricsSnapshot,
  Shard,
  ShardCheckpoint,
  ShardLease,
} from '@tokenstorm/core';

/** A lease that lasts until its holder returns: in one process nobody dies alone. */
export class MemoryLease implements ShardLease {
  readonly shard: Shard;
  readonly epoch: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly #snapshots: Log<MetricsSnapshot>;
  readonly #store: (checkpoint: ShardCheckpoint) => void;
  #sequence = 0;
  #held = true;

  constructor(
    shard: Shard,
    checkpoint: ShardCheckpoint | undefined,
    snapshots: Log<MetricsSnapshot>,
    store: (checkpoint: ShardCheckpoint) => void,
  ) {
    this.shard = shard;
    this.epoch = (checkpoint?.epoch ?? 0) + 1;
    if (checkpoint !== undefined) this.checkpoint = checkpoint;
    this.#snapshots = snapshots;
    this.#store = store;
  }

  async commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult> {
    if (!this.#held) return 'fenced';
    if (snapshot.sequence !== this.#sequence + 1) return { storedUpTo: this.#sequence };
    this.#sequence = snapshot.sequence;
    this.#store(checkpoint);
    await this.#snapshots.append(snapshot);
    return 'stored';
  }

  mayStillSend(): boolean {
    return this.#held;
  }

  release(): void {
    this.#held = false;
  }
}
