import { TokenstormError } from '@tokenstorm/core';
import type {
  CallSummary,
  Clock,
  GeneratorHealth,
  MetricsSnapshot,
  SeriesRecorder,
  ShardCheckpoint,
  ShardLease,
} from '@tokenstorm/core';

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

/** A snapshot with where the shard stood when it was made. */
interface Cut {
  readonly snapshot: MetricsSnapshot;
  readonly checkpoint: ShardCheckpoint;
}

/** Commits a shard's deltas at the end of every interval, aligned to the run's start. */
export class Snapshotter {
  readonly #lease: ShardLease;
  readonly #sources: SnapshotSources;
  readonly #clock: Clock;
  readonly #runStartMs: number;
  readonly #recent: Cut[] = [];
  #timer: NodeJS.Timeout | undefined;
  #intervalStartMs = 0;
  #sequence = 0;
  /** Commits happen one after the other, in order; none after one that failed. */
  #committing: Promise<void> = Promise.resolve();

  constructor(lease: ShardLease, sources: SnapshotSources, clock: Clock, runStartMs: number) {
    this.#lease = lease;
    this.#sources = sources;
    this.#clock = clock;
    this.#runStartMs = runStartMs;
  }

  /** `onError` hears of each commit that failed. The timer runs until `finish`. */
  start(onError: (cause: unknown) => void): void {
    const intervalMs = this.#lease.shard.plan.snapshotIntervalMs;
    const dueMs = this.#runStartMs + this.#intervalStartMs + intervalMs;
    this.#timer = setTimeout(
      () => {
        this.#commitCut(this.#intervalStartMs + intervalMs, false).catch(onError);
        this.start(onError);
      },
      Math.max(0, dueMs - this.#clock.nowMs()),
    );
  }

  /** Ends the timer and commits what is left. `final`: the shard is done with it. Rejects where any commit failed. */
  async finish(final: boolean): Promise<void> {
    clearTimeout(this.#timer);
    const elapsedMs = this.#clock.nowMs() - this.#runStartMs;
    await this.#commitCut(Math.max(elapsedMs, this.#intervalStartMs), final);
  }

  #commitCut(endMs: number, final: boolean): Promise<void> {
    const cut = this.#cut(endMs, final);
    this.#intervalStartMs = endMs;
    this.#recent.push(cut);
    if (this.#recent.length > resendable) this.#recent.shift();
    this.#committing = this.#committing.then(() => this.#commit(cut));
    return this.#committing;
  }

  #cut(endMs: number, final: boolean): Cut {
    const { shard, epoch } = this.#lease;
    const inFlight = this.#sources.inFlight();
    this.#sequence += 1;
    const sequence = this.#sequence;
    const snapshot: MetricsSnapshot = {
      version: 1,
      runId: shard.plan.runId,
      shard: shard.shard,
      epoch,
      sequence,
      final,
      region: shard.region,
      workerId: this.#sources.workerId,
      intervalStartMs: this.#intervalStartMs,
      intervalMs: endMs - this.#intervalStartMs,
      series: this.#sources.recorders.flatMap((recorder) => recorder.take() ?? []),
      calls: this.#sources.calls(),
      health: this.#sources.health(),
    };
    return { snapshot, checkpoint: { epoch, sequence, accountedUpToMs: endMs, inFlight, final } };
  }

  async #commit({ snapshot, checkpoint }: Cut): Promise<void> {
    const result = await this.#lease.commit(snapshot, checkpoint);
    if (typeof result === 'string' || result.storedUpTo >= snapshot.sequence) return;
    const missed = this.#recent.filter((cut) => isBetween(cut, result.storedUpTo, snapshot.sequence));
    for (const cut of missed) {
      if ((await this.#lease.commit(cut.snapshot, cut.checkpoint)) !== 'stored')
        throw this.#hole(result.storedUpTo);
    }
  }

  #hole(storedUpTo: number): TokenstormError {
    const { shard } = this.#lease.shard;
    return new TokenstormError(
      'E_INTERNAL',
      `snapshot ${storedUpTo + 1} of shard ${shard} could not be stored`,
    );
  }
}

function isBetween({ snapshot }: Cut, after: number, upTo: number): boolean {
  return snapshot.sequence > after && snapshot.sequence <= upTo;
}
