import type {
  CallSummary,
  Clock,
  GeneratorHealth,
  MetricsSnapshot,
  SeriesRecorder,
  ShardCheckpoint,
  ShardLease,
  TakeOver,
} from '@tokenstorm/core';
import type { CommitQueue, Cut } from './commit-queue.ts';
import type { Turns } from './turns.ts';

/** With so many snapshots waiting to be committed, a longer interval is made instead of one more. */
const mostWaiting = 120;

/** What a snapshot is made from, at the moment it is made. */
export interface SnapshotSources {
  readonly workerId: string;
  readonly recorders: readonly SeriesRecorder[];
  /** Called first. */
  readonly before?: () => void;
  readonly calls: () => readonly CallSummary[];
  readonly health: () => GeneratorHealth;
  readonly inFlight: () => number;
  /** How far the shard's loads have got. */
  readonly positions: () => Pick<ShardCheckpoint, 'positions' | 'begunInWarmup' | 'streams'>;
  /** What it had reserved and did not begin: asked where it gives the shard back. */
  readonly leftover: () => Pick<ShardCheckpoint, 'leftover'>;
}

export interface SnapshotterParts {
  readonly lease: ShardLease;
  readonly sources: SnapshotSources;
  readonly commits: CommitQueue;
  readonly clock: Clock;
  /** Those of all shards of the run in this process: their intervals end at the same moment. */
  readonly turns: Pick<Turns, 'add'>;
  readonly runStartMs: number;
  /** When the epoch began, ms from the run's start; what is before the start belongs to its first interval. */
  readonly beganAtMs: number;
  readonly takeOver?: TakeOver | undefined;
}

/** How the snapshots of an epoch end: `final` with the shard, `last` without. */
export type EpochEnd = 'final' | 'last';

/** Cuts a shard's deltas at the end of every interval, aligned to the run's start, and has them committed. */
export class Snapshotter {
  readonly #parts: SnapshotterParts;
  #timer: NodeJS.Timeout | undefined;
  #takeBackTurn: () => void = () => {};
  #intervalStartMs: number;
  #dueMs: number;
  #sequence = 0;
  #yielded = false;

  constructor(parts: SnapshotterParts) {
    this.#parts = parts;
    this.#intervalStartMs = Math.max(0, parts.beganAtMs);
    const { snapshotIntervalMs } = parts.lease.shard.plan;
    this.#dueMs = (Math.floor(this.#intervalStartMs / snapshotIntervalMs) + 1) * snapshotIntervalMs;
  }

  /** The timer runs until `finish`. */
  start(): void {
    const { lease, runStartMs, clock, turns } = this.#parts;
    this.#timer = setTimeout(
      () => {
        const dueMs = this.#dueMs;
        this.#takeBackTurn();
        this.#takeBackTurn = turns.add(() => this.#endInterval(dueMs));
        this.#dueMs += lease.shard.plan.snapshotIntervalMs;
        this.start();
      },
      Math.max(0, runStartMs + this.#dueMs - clock.nowMs()),
    );
  }

  /** Commits what there is by now, and where `yielded`, gives the shard back with it. */
  handOver(yielded: boolean): void {
    this.#yielded = yielded;
    this.#commitCut(this.#nowMs());
  }

  /** Ends the timer and commits what is left; resolves when all is committed. Rejects where a commit failed. */
  async finish(end: EpochEnd): Promise<void> {
    this.#stop();
    this.#commitCut(this.#nowMs(), end);
    await this.#parts.commits.drained();
  }

  /** Makes no more snapshots; gives what is known and was not committed. */
  abandon(): readonly MetricsSnapshot[] {
    this.#stop();
    return this.#parts.commits.close();
  }

  #nowMs(): number {
    const { clock, runStartMs } = this.#parts;
    return Math.max(clock.nowMs() - runStartMs, this.#intervalStartMs);
  }

  #endInterval(dueMs: number): void {
    if (this.#parts.commits.length < mostWaiting && dueMs > this.#intervalStartMs) this.#commitCut(dueMs);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#takeBackTurn();
  }

  #commitCut(endMs: number, end?: EpochEnd): void {
    const cut = this.#cut(endMs, end);
    this.#intervalStartMs = endMs;
    this.#parts.commits.push(cut);
  }

  #cut(endMs: number, end: EpochEnd | undefined): Cut {
    this.#sequence += 1;
    this.#parts.sources.before?.();
    return { snapshot: this.#snapshot(endMs, end), checkpoint: this.#checkpoint(endMs, end) };
  }

  #snapshot(endMs: number, end: EpochEnd | undefined): MetricsSnapshot {
    const { lease, sources, takeOver } = this.#parts;
    const { shard, epoch } = lease;
    return {
      version: 1,
      runId: shard.plan.runId,
      shard: shard.shard,
      epoch,
      sequence: this.#sequence,
      final: end === 'final',
      ...(end === 'last' && { last: true }),
      ...(this.#sequence === 1 && takeOver !== undefined && { takeOver }),
      region: shard.region,
      workerId: sources.workerId,
      intervalStartMs: this.#intervalStartMs,
      intervalMs: endMs - this.#intervalStartMs,
      series: sources.recorders.flatMap((recorder) => recorder.take() ?? []),
      calls: sources.calls(),
      health: sources.health(),
    };
  }

  #checkpoint(endMs: number, end: EpochEnd | undefined): ShardCheckpoint {
    const { lease, sources } = this.#parts;
    return {
      epoch: lease.epoch,
      sequence: this.#sequence,
      accountedUpToMs: endMs,
      inFlight: sources.inFlight(),
      ...sources.positions(),
      ...(this.#yielded && sources.leftover()),
      yielded: this.#yielded,
      final: end === 'final',
    };
  }
}
