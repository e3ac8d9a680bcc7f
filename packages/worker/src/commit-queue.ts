import { TokenstormError } from '@tokenstorm/core';
import type { Clock, CommitResult, MetricsSnapshot, ShardCheckpoint, ShardLease } from '@tokenstorm/core';

/** Confirmed snapshots kept to be sent again where a commit shows that they are gone: Redis may lose its last second. */
const resendable = 8;

/** A snapshot with where the shard stood when it was made. */
export interface Cut {
  readonly snapshot: MetricsSnapshot;
  readonly checkpoint: ShardCheckpoint;
}

export interface CommitListener {
  /** A commit that was sent then is stored; `late`: the shard is not ours any more. */
  onStored(sentAtMs: number, result: 'stored' | 'late'): void;
  /** Nothing of this epoch is stored any more: what it had not told of is counted as lost. */
  onFenced(): void;
}

/**
 * Commits snapshots one after the other, in order, for as long as it takes; what is not confirmed is kept. After a fault, or once
 * the epoch is fenced, nothing more is committed.
 */
export class CommitQueue {
  readonly #lease: ShardLease;
  readonly #clock: Clock;
  readonly #listener: CommitListener;
  readonly #stored: Cut[] = [];
  readonly #fault = Promise.withResolvers<never>();
  readonly #closed = Promise.withResolvers<void>();
  #open: Cut[] = [];
  #working: Promise<void> | undefined;
  #isOver = false;
  #isFenced = false;
  /** The sequence that the other side said was its last when it last missed one. */
  #missedAfter = -1;

  constructor(lease: ShardLease, clock: Clock, listener: CommitListener) {
    this.#lease = lease;
    this.#clock = clock;
    this.#listener = listener;
    this.#fault.promise.catch(() => {});
  }

  /** Snapshots that are not confirmed. */
  get length(): number {
    return this.#open.length;
  }

  /** Rejects with the first fault. */
  get failure(): Promise<never> {
    return this.#fault.promise;
  }

  push(cut: Cut): void {
    if (this.#isFenced) return;
    this.#open.push(cut);
    if (!this.#isOver) this.#working ??= this.#work();
  }

  /** Resolves when everything is confirmed, or never will be; rejects with the first fault. */
  async drained(): Promise<void> {
    await Promise.race([this.failure, this.#closed.promise, this.#working]);
  }

  /** Commits nothing more. Gives what is not confirmed and not fenced. */
  close(): readonly MetricsSnapshot[] {
    this.#isOver = true;
    this.#closed.resolve();
    return this.#open.splice(0).map(({ snapshot }) => snapshot);
  }

  async #work(): Promise<void> {
    try {
      for (let cut = this.#open[0]; cut !== undefined && !this.#isOver; cut = this.#open[0]) {
        const sentAtMs = this.#clock.nowMs();
        const result = await this.#lease.commit(cut.snapshot, cut.checkpoint);
        if (!this.#isOver) this.#take(result, sentAtMs);
      }
    } catch (cause) {
      this.#isOver = true;
      this.#fault.reject(cause);
    } finally {
      this.#working = undefined;
    }
  }

  #take(result: CommitResult, sentAtMs: number): void {
    if (result === 'fenced') return this.#fence();
    if (typeof result !== 'string') return this.#align(result.storedUpTo);
    this.#confirm();
    this.#listener.onStored(sentAtMs, result);
  }

  #fence(): void {
    this.#isOver = true;
    this.#isFenced = true;
    this.#open = [];
    this.#listener.onFenced();
  }

  #confirm(): void {
    const cut = this.#open.shift();
    if (cut !== undefined) this.#stored.push(cut);
    if (this.#stored.length > resendable) this.#stored.shift();
  }

  /** Goes on after what the other side has, from an earlier snapshot where it must. */
  #align(storedUpTo: number): void {
    const first = this.#open[0];
    if (first !== undefined && first.snapshot.sequence <= storedUpTo) return this.#confirm();
    if (this.#missedAfter === storedUpTo) throw this.#hole(storedUpTo);
    this.#missedAfter = storedUpTo;
    while ((this.#stored.at(-1)?.snapshot.sequence ?? 0) > storedUpTo)
      this.#open.unshift(this.#stored.pop() as Cut);
    if (this.#open[0]?.snapshot.sequence !== storedUpTo + 1) throw this.#hole(storedUpTo);
  }

  #hole(storedUpTo: number): TokenstormError {
    const { shard } = this.#lease.shard;
    return new TokenstormError(
      'E_INTERNAL',
      `snapshot ${storedUpTo + 1} of shard ${shard} could not be stored`,
    );
  }
}
