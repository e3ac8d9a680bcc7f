import type { MetricsSnapshot, ShardSlice, TakeOver } from '@tokenstorm/core';
import { Epoch, lossOf } from './epoch.ts';
import type { EpochState, Loss } from './epoch.ts';
import type { LabelTable } from './label-table.ts';

/** A part of the run in which a shard had no holder, or one that was lost; in ms from the run's start. */
export interface ShardGap {
  readonly shard: number;
  readonly region: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Requests without an outcome: those that nobody sent, and those of the holders before that ended with them. */
  readonly lost: number;
}

/** A `ShardEpochs` as plain data. */
export interface ShardEpochsState {
  readonly epochs: readonly EpochState[];
  readonly gaps: readonly ShardGap[];
  readonly gapsByLabel: readonly (readonly [label: number, lost: number])[];
  readonly lostSinceGap: number;
}

/**
 * The epochs of one shard, and what is lost between them. When an epoch and all those before it are over, its requests without an
 * outcome are lost. When all those before a take-over are over, so are the requests that by the schedule were theirs and that
 * none of them told of: those count as scheduled then, too.
 */
export class ShardEpochs {
  readonly slice: ShardSlice;
  readonly #labels: LabelTable;
  /** Number 1 and all others up to the latest of which something has come. */
  #epochs: Epoch[] = [];
  #gaps: ShardGap[] = [];
  #gapsByLabel = new Map<number, number>();
  /** By epochs that are over, and in no gap yet. */
  #lostSinceGap = 0;

  constructor(slice: ShardSlice, labels: LabelTable) {
    this.slice = slice;
    this.#labels = labels;
  }

  restore(state: ShardEpochsState): void {
    this.#epochs = state.epochs.map((epoch) => Epoch.of(epoch, this.#labels));
    this.#gaps = [...state.gaps];
    this.#gapsByLabel = new Map(state.gapsByLabel);
    this.#lostSinceGap = state.lostSinceGap;
  }

  state(): ShardEpochsState {
    return {
      epochs: this.#epochs.map((epoch) => epoch.state()),
      gaps: this.#gaps,
      gapsByLabel: [...this.#gapsByLabel],
      lostSinceGap: this.#lostSinceGap,
    };
  }

  /** False for a snapshot that was added before, or that came after its epoch's end. */
  add(snapshot: MetricsSnapshot): boolean {
    while (this.#epochs.length < snapshot.epoch) {
      this.#epochs.push(new Epoch(this.#epochs.length + 1, this.#labels));
    }
    return this.#epochs[snapshot.epoch - 1]!.add(snapshot);
  }

  /** None of an epoch's snapshots was stored after the one with this sequence, nor will be. */
  endAt(epoch: number, sequence: number): void {
    this.#epochs[epoch - 1]?.endAt(sequence);
  }

  /** Number of the last epoch of which something has come; 0 before the first. */
  get latest(): number {
    return this.#epochs.length;
  }

  /** Epochs whose end is not known: those before the latest one, whether anything of them has come or not, and that one. */
  get open(): readonly number[] {
    return this.#epochs.filter(({ isEnded }) => !isEnded).map(({ epoch }) => epoch);
  }

  /** The latest epoch finished the shard, and those before are over. */
  get isDone(): boolean {
    return this.#epochs.at(-1)?.isFinal === true && this.#epochs.every(({ isOver }) => isOver);
  }

  /** Everything that became known before this many ms from the run's start has come; Infinity once the shard is done. */
  get knownUpToMs(): number {
    const latest = this.#epochs.at(-1);
    if (latest === undefined) return 0;
    let upToMs = latest.isFinal ? Infinity : latest.upToMs;
    for (const epoch of this.#epochs) {
      if (epoch.isKnown && !epoch.isOver) upToMs = Math.min(upToMs, epoch.upToMs);
    }
    return upToMs;
  }

  /** Of an epoch that is ended, not all that was stored has come. */
  get hasUnread(): boolean {
    return this.#epochs.some(({ isEnded, isOver }) => isEnded && !isOver);
  }

  /** End of the latest epoch's last snapshot, ms from the run's start; 0 before the first. */
  get upToMs(): number {
    return this.#epochs.at(-1)?.upToMs ?? 0;
  }

  /** Those whose losses have been counted, in their order. */
  get gaps(): readonly ShardGap[] {
    return this.#gaps;
  }

  /** Requests lost by the epochs after the last take-over and before the next. */
  get lostSinceGap(): number {
    return this.#lostSinceGap;
  }

  /** How many of its take-overs were of this kind. */
  takeOvers(after: TakeOver['after']): number {
    return this.#epochs.filter(({ takeOver }) => takeOver?.after === after).length;
  }

  /** What has become lost since the last call. `all`: of no epoch anything more will come. */
  settle(all = false): readonly Loss[] {
    const losses: Loss[] = [];
    for (const epoch of this.#epochs) {
      losses.push(...this.#takeOver(epoch));
      if (!all && !epoch.isOver) break;
      const open = epoch.takeLost();
      this.#lostSinceGap += lostOf(open);
      losses.push(...open);
    }
    return losses;
  }

  /** All epochs before this one are over and settled. */
  #takeOver(epoch: Epoch): readonly Loss[] {
    const takeOver = epoch.takeGap();
    if (takeOver === undefined) return [];
    const losses = takeOver.scheduledBefore.flatMap(({ labels, scheduled }) => {
      const label = this.#labels.indexOf(labels);
      const lost = scheduled - this.#countedOf(label, epoch);
      if (lost <= 0) return [];
      this.#gapsByLabel.set(label, (this.#gapsByLabel.get(label) ?? 0) + lost);
      return [lossOf(labels, takeOver.gapStartMs, { scheduled: lost, lost })];
    });
    this.#note(takeOver, this.#lostSinceGap + lostOf(losses));
    return losses;
  }

  #note({ after, gapStartMs: startMs, gapEndMs: endMs }: TakeOver, lost: number): void {
    const { shard, region } = this.slice;
    this.#lostSinceGap = 0;
    if (after === 'loss' || lost > 0) this.#gaps.push({ shard, region, startMs, endMs, lost });
  }

  /** Requests of a label set that epochs before this one told of as scheduled, or that were lost between them. */
  #countedOf(label: number, before: Epoch): number {
    const told = this.#epochs
      .slice(0, before.epoch - 1)
      .reduce((sum, epoch) => sum + epoch.scheduledOf(label), 0);
    return told + (this.#gapsByLabel.get(label) ?? 0);
  }
}

function lostOf(losses: readonly Loss[]): number {
  return losses.reduce((sum, { series }) => sum + series.accounting.lost, 0);
}
