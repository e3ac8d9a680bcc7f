import { emptyAccounting } from '@tokenstorm/core';
import type { Accounting, MetricsSnapshot, SeriesLabels, SnapshotSeries, TakeOver } from '@tokenstorm/core';
import type { LabelTable } from './label-table.ts';

/** An `Epoch` as plain data; label sets are numbers of a `LabelTable`. */
export interface EpochState {
  readonly epoch: number;
  readonly sequence: number;
  readonly endSequence: number;
  readonly upToMs: number;
  readonly isFinal: boolean;
  readonly isSettled: boolean;
  readonly takeOver: TakeOver | undefined;
  readonly isGapTaken: boolean;
  readonly series: readonly (readonly [label: number, scheduled: number, open: number])[];
}

/** Requests that are counted as lost, and when in the run, ms from its start. */
export interface Loss {
  readonly atMs: number;
  readonly series: SnapshotSeries;
}

/** One label set's requests of an epoch. */
interface EpochSeries {
  scheduled: number;
  /** Of them, those without an outcome. */
  open: number;
}

/** What one holder of a shard has told of. Its snapshots come in their order, each of them maybe more than once. */
export class Epoch {
  readonly epoch: number;
  readonly #labels: LabelTable;
  readonly #series = new Map<number, EpochSeries>();
  #sequence = 0;
  /** That of its last snapshot, once it is known. */
  #endSequence = Infinity;
  #upToMs = 0;
  #isFinal = false;
  #isSettled = false;
  #takeOver: TakeOver | undefined;
  #isGapTaken = false;

  constructor(epoch: number, labels: LabelTable) {
    this.epoch = epoch;
    this.#labels = labels;
  }

  static of(state: EpochState, labels: LabelTable): Epoch {
    const epoch = new Epoch(state.epoch, labels);
    epoch.#sequence = state.sequence;
    epoch.#endSequence = state.endSequence;
    epoch.#upToMs = state.upToMs;
    epoch.#isFinal = state.isFinal;
    epoch.#isSettled = state.isSettled;
    epoch.#takeOver = state.takeOver;
    epoch.#isGapTaken = state.isGapTaken;
    for (const [label, scheduled, open] of state.series) epoch.#series.set(label, { scheduled, open });
    return epoch;
  }

  state(): EpochState {
    return {
      epoch: this.epoch,
      sequence: this.#sequence,
      endSequence: this.#endSequence,
      upToMs: this.#upToMs,
      isFinal: this.#isFinal,
      isSettled: this.#isSettled,
      takeOver: this.#takeOver,
      isGapTaken: this.#isGapTaken,
      series: [...this.#series].map(([label, { scheduled, open }]) => [label, scheduled, open]),
    };
  }

  /** False for a snapshot that was added before, or that came after the end. */
  add(snapshot: MetricsSnapshot): boolean {
    const { sequence, intervalStartMs, intervalMs, takeOver, final, last = false } = snapshot;
    if (sequence <= this.#sequence || sequence > this.#endSequence) return false;
    this.#sequence = sequence;
    this.#upToMs = Math.max(this.#upToMs, intervalStartMs + intervalMs);
    this.#takeOver ??= takeOver;
    this.#isFinal ||= final;
    if (final || last) this.endAt(sequence);
    for (const { labels, accounting } of snapshot.series) this.#count(labels, accounting);
    return true;
  }

  /** No snapshot comes after the one with this sequence. */
  endAt(sequence: number): void {
    this.#endSequence = Math.min(this.#endSequence, Math.max(sequence, this.#sequence));
  }

  /** Every snapshot that there will ever be of it has come. */
  get isOver(): boolean {
    return this.#sequence >= this.#endSequence;
  }

  /** Its end is known, though not all before it may have come. */
  get isEnded(): boolean {
    return this.#endSequence < Infinity;
  }

  /** It said that the shard is done. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** Something of it has come. */
  get isKnown(): boolean {
    return this.#sequence > 0;
  }

  /** End of its last snapshot, ms from the run's start. */
  get upToMs(): number {
    return this.#upToMs;
  }

  get takeOver(): TakeOver | undefined {
    return this.#takeOver;
  }

  /** Requests of a label set that it told of as scheduled. */
  scheduledOf(label: number): number {
    return this.#series.get(label)?.scheduled ?? 0;
  }

  /**
   * What it leaves without an outcome, once. None where it finished its shard: then it accounts for all its requests itself; if it
   * does not, that is an error and must stay one.
   */
  takeLost(): readonly Loss[] {
    if (this.#isSettled || this.#isFinal) return [];
    this.#isSettled = true;
    return [...this.#series]
      .filter(([, { open }]) => open > 0)
      .map(([label, { open }]) => lossOf(this.#labels.at(label), this.#upToMs, { lost: open }));
  }

  /** Its take-over, once; what was scheduled before it is forgotten then. */
  takeGap(): TakeOver | undefined {
    const takeOver = this.#takeOver;
    if (takeOver === undefined || this.#isGapTaken) return undefined;
    this.#isGapTaken = true;
    this.#takeOver = { ...takeOver, scheduledBefore: [] };
    return takeOver;
  }

  #count(labels: SeriesLabels, accounting: Accounting): void {
    const label = this.#labels.indexOf(labels);
    const sum = this.#series.get(label) ?? { scheduled: 0, open: 0 };
    sum.scheduled += accounting.scheduled;
    sum.open += balance(accounting);
    this.#series.set(label, sum);
  }
}

/** Lost requests as a series. */
export function lossOf(labels: SeriesLabels, atMs: number, lost: Partial<Accounting>): Loss {
  const accounting = { ...emptyAccounting, ...lost };
  return { atMs, series: { labels, accounting, counters: {}, errors: {}, trends: {} } };
}

/** Scheduled requests without an outcome. */
function balance({ scheduled, completed, failed, dropped, lost, cancelled }: Accounting): number {
  return scheduled - completed - failed - dropped - lost - cancelled;
}
