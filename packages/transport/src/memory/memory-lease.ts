import type {
  CommitResult,
  IterationRange,
  IterationRequest,
  MetricsSnapshot,
  Shard,
  ShardCheckpoint,
  ShardLease,
} from '@tokenstorm/core';
import type { MemoryShard } from './memory-shard.ts';

/** A lease that lasts until its holder gives the shard back or returns: in one process nobody dies alone. */
export class MemoryLease implements ShardLease {
  readonly shard: Shard;
  readonly epoch: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly reserved: Readonly<Record<string, number>>;
  readonly #state: MemoryShard;
  #sequence = 0;
  #isHeld = true;
  #hasEnded = false;
  #isFenced = false;

  /** `state` is as the holder before left it. */
  constructor(state: MemoryShard, epoch: number) {
    this.shard = state.shard;
    this.epoch = epoch;
    if (state.checkpoint !== undefined) this.checkpoint = state.checkpoint;
    this.reserved = { ...state.reserved };
    this.#state = state;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  async commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult> {
    if (this.#isFenced) return 'fenced';
    if (snapshot.sequence !== this.#sequence + 1) return { storedUpTo: this.#sequence };
    this.#sequence = snapshot.sequence;
    const wasHeld = this.#isHeld;
    if (checkpoint.yielded) this.#isHeld = false;
    await this.#state.store(this, snapshot, checkpoint, { isGivenBack: wasHeld && checkpoint.yielded });
    return wasHeld ? 'stored' : 'late';
  }

  async reserve(request: IterationRequest): Promise<IterationRange> {
    return this.#state.reserve(request, this.#isHeld);
  }

  mayStillSend(): boolean {
    return this.#isHeld;
  }

  /** Its handler has returned or rejected. */
  end(): void {
    this.#isHeld = false;
    this.#hasEnded = true;
  }

  /** Stores nothing more where its handler has ended, and says which sequence was stored last; undefined where it has not. */
  fence(): number | undefined {
    this.#isFenced = this.#hasEnded;
    return this.#isFenced ? this.#sequence : undefined;
  }
}
