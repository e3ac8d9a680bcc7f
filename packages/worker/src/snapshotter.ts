import type { CallSummary, Clock, GeneratorHealth, MetricsSnapshot, SeriesRecorder, ShardLease } from '@tokenstorm/core';

/** Snapshots kept to be sent again where a commit shows that one was missed. */
const resendable = 8;

/** What a snapshot is made from, at the moment it is made. */
export interface SnapshotSources {
  readonly workerId: string;
  readonly recorders: readonly SeriesRecorder[];
  readonly calls: () => readonly CallSummary[];
  readonly health: () => GeneratorHealth;
  readonly inFlight: () => number;
}

/** Commits a shard's deltas at the end of every interval, aligned to the run's start. */
export class Snapshotter {
  readonly #lease: ShardLease;
  readonly #sources: SnapshotSources;
  readonly #clock: Clock;
  readonly #runStartMs: number;
  readonly #recent: MetricsSnapshot[] = [];
  #timer: NodeJS.Timeout | undefined;
  #intervalStartMs = 0;
  #sequence = 0;
  /** Commits happen one after the other, in order. */
  #committing: Promise<void> = Promise.resolve();

  constructor(lease: ShardLease, sources: SnapshotSources, clock: Clock, runStartMs: number) {
    this.#lease = lease;
    this.#sources = sources;
    this.#clock = clock;
    this.#runStartMs = runStartMs;
  }

  /** `onError` hears of a commit that failed. */
  start(onError: (cause: unknown) => void): void {
    const intervalMs = this.#lease.shard.plan.snapshotIntervalMs;
    const dueMs = this.#runStartMs + this.#intervalStartMs + intervalMs;
    this.#timer = setTimeout(
      () => {
        this.#cut(this.#intervalStartMs + intervalMs, false).catch(onError);
        this.start(onError);
      },
      Math.max(0, dueMs - this.#clock.nowMs()),
    );
  }

  /** Commits what is left; the shard is done with it. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    const elapsedMs = this.#clock.nowMs() - this.#runStartMs;
    await this.#cut(Math.max(elapsedMs, this.#intervalStartMs), true);
  }

  #cut(endMs: number, final: boolean): Promise<void> {
    const snapshot = this.#snapshot(endMs, final);
    this.#intervalStartMs = endMs;
    this.#committing = this.#committing.then(() => this.#commit(snapshot));
    return this.#committing;
  }

  #snapshot(endMs: number, final: boolean): MetricsSnapshot {
    const { shard, epoch } = this.#lease;
    this.#sequence += 1;
    const snapshot: MetricsSnapshot = {
      version: 1,
      runId: shard.plan.runId,
      shard: shard.shard,
      epoch,
      sequence: this.#sequence,
      final,
      region: shard.region,
      workerId: this.#sources.workerId,
      intervalStartMs: this.#intervalStartMs,
      intervalMs: endMs - this.#intervalStartMs,
      series: this.#sources.recorders.flatMap((recorder) => recorder.take() ?? []),
      calls: this.#sources.calls(),
      health: this.#sources.health(),
    };
    this.#recent.push(snapshot);
    if (this.#recent.length > resendable) this.#recent.shift();
    return snapshot;
  }

  async #commit(snapshot: MetricsSnapshot): Promise<void> {
    const result = await this.#lease.commit(snapshot, this.#checkpoint(snapshot));
    if (typeof result === 'string' || result.storedUpTo >= snapshot.sequence) return;
    for (const missed of this.#recent) {
      if (missed.sequence > result.storedUpTo && missed.sequence <= snapshot.sequence) {
        await this.#lease.commit(missed, this.#checkpoint(missed));
      }
    }
  }

  #checkpoint(snapshot: MetricsSnapshot) {
    return {
      epoch: snapshot.epoch,
      sequence: snapshot.sequence,
      accountedUpToMs: snapshot.intervalStartMs + snapshot.intervalMs,
      inFlight: this.#sources.inFlight(),
      final: snapshot.final,
    };
  }
}
