import { runDurationMs } from '@tokenstorm/core';
import type { Clock, RunEvent, RunPlan } from '@tokenstorm/core';
import type { EpochName, RunEpochs } from './run-epochs.ts';
import type { ShardEpochs } from './shard-epochs.ts';

/** A shard that has said nothing for so long may have lost its worker: a living one speaks each interval. */
const suspiciousMs = 2000;
/** Longer between two looks, and whoever looks was stopped, or cut off, meanwhile: then silence says nothing. */
const longestBlinkMs = 5000;

export interface RunWatchOptions {
  readonly plan: RunPlan;
  readonly clock: Clock;
  /** Nothing is waited for that has been silent for so long, once the run should be over. */
  readonly stallMs: number;
}

/**
 * How long each shard of a run has been silent, and what follows: whose end is to be asked for, and when nothing is worth
 * waiting for any more. Silence counts by the clock, from the run's start on, and only while the shards could be heard.
 */
export class RunWatch {
  readonly #options: RunWatchOptions;
  readonly #durationMs: number;
  readonly #heardAtMs = new Map<number, number>();
  readonly #regionHeardAtMs = new Map<string, number>();
  /** Nobody could be heard before. */
  #hearsSinceMs: number;
  #lookedAtMs: number;
  #startAtEpochMs: number | undefined;
  #isStopped = false;
  #stopHeardAtMs = 0;

  constructor(options: RunWatchOptions) {
    this.#options = options;
    this.#durationMs = runDurationMs(options.plan.scenario) ?? Infinity;
    this.#hearsSinceMs = options.clock.nowMs();
    this.#lookedAtMs = this.#hearsSinceMs;
  }

  /** A snapshot of this shard has come. */
  heard(shard: number, region: string): void {
    const nowMs = this.#options.clock.nowMs();
    this.#heardAtMs.set(shard, nowMs);
    this.#regionHeardAtMs.set(region, nowMs);
  }

  event(event: RunEvent): void {
    if (event.type === 'run-start') this.#startAtEpochMs ??= event.startAtEpochMs;
    if (event.type !== 'run-stop' || this.#isStopped) return;
    this.#isStopped = true;
    this.#stopHeardAtMs = this.#options.clock.nowMs();
  }

  /** To be called once a second. `canHear`: whatever is said now comes through. */
  look(canHear: boolean): void {
    const nowMs = this.#options.clock.nowMs();
    if (!canHear || nowMs - this.#lookedAtMs > longestBlinkMs) this.#hearsSinceMs = nowMs;
    this.#lookedAtMs = nowMs;
  }

  /**
   * Epochs whose end is to be asked for: those whose shard went on with another holder, and the latest one of a shard that is
   * not waited for any more, or, where a loss ends the run, of one that is suspiciously silent.
   */
  toAsk(epochs: RunEpochs): readonly EpochName[] {
    const latest = epochs.undone.filter((shard) => this.#isToBeAskedFor(shard));
    return [
      ...epochs.superseded,
      ...latest.flatMap(({ slice: { shard }, open, latest: epoch }) =>
        open.includes(epoch) ? [{ shard, epoch }] : [],
      ),
    ];
  }

  /** Nothing is worth waiting for: every shard is done, or has been silent for too long and left nothing unread. */
  isOver(epochs: RunEpochs): boolean {
    return epochs.undone.every((shard) => this.#isGivenUp(shard) && !shard.hasUnread);
  }

  #isToBeAskedFor(shard: ShardEpochs): boolean {
    if (this.#isGivenUp(shard)) return true;
    const { onWorkerLoss } = this.#options.plan.scenario.execution;
    return onWorkerLoss === 'fail' && this.#silentMs(this.#heardAtMs.get(shard.slice.shard)) >= suspiciousMs;
  }

  /** Before the run's end a shard may get a new holder as long as its region has any. */
  #isGivenUp({ slice: { shard, region } }: ShardEpochs): boolean {
    const { stallMs } = this.#options;
    const shardMs = this.#silentMs(this.#heardAtMs.get(shard));
    if (Math.min(shardMs, this.#overdueMs()) >= stallMs) return true;
    return this.#silentMs(this.#regionHeardAtMs.get(region)) >= stallMs;
  }

  /** For how long the run should have been over; 0 before. */
  #overdueMs(): number {
    const { clock } = this.#options;
    const sinceStopMs = this.#isStopped ? clock.nowMs() - this.#stopHeardAtMs : 0;
    return Math.max(sinceStopMs, this.#runMs() - this.#durationMs, 0);
  }

  /** 0 before the run's start, where nobody has anything to say. */
  #silentMs(heardAtMs = -Infinity): number {
    const { clock } = this.#options;
    const mayHaveSpokenMs = this.#isStopped
      ? Math.max(this.#runMs(), clock.nowMs() - this.#stopHeardAtMs)
      : this.#runMs();
    return Math.max(0, Math.min(clock.nowMs() - Math.max(heardAtMs, this.#hearsSinceMs), mayHaveSpokenMs));
  }

  #runMs(): number {
    return Math.max(0, this.#options.clock.epochMs() - (this.#startAtEpochMs ?? Infinity));
  }
}
