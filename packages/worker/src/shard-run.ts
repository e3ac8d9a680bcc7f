import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaseEnd, MetricsSnapshot } from '@tokenstorm/core';
import type { LoadRun } from './load/load-run.ts';
import type { LoadSource } from './load/load-source.ts';
import type { TargetLoad } from './load/target-load.ts';
import type { StopMode } from './run-control.ts';
import type { ShardControl } from './shard-control.ts';
import type { Snapshotter } from './snapshotter.ts';
import type { WorkerClosing } from './worker-closing.ts';

/** One load of a shard under way. */
export interface ShardLoad {
  readonly load: TargetLoad;
  readonly source: LoadSource;
  readonly run: LoadRun;
}

export interface ShardRunParts {
  readonly loads: readonly ShardLoad[];
  readonly snapshotter: Snapshotter;
  readonly control: ShardControl;
  readonly closing: WorkerClosing;
  /** Ms since the run's start. */
  readonly elapsedMs: () => number;
  /** Rejects where the shard cannot go on: a commit failed, or a limit cannot be kept, or the run is not heard of any more. */
  readonly failure: Promise<never>;
  /** Resolves when nothing of this epoch will be stored any more. */
  readonly fenced: Promise<void>;
  /** How far ahead it is handed over where it is given back, ms. */
  readonly leadMs: number;
  /** Told when no further request of the shard starts here though it is not done. */
  readonly onLetGo: () => void;
  /** Is given what can never be committed. */
  readonly onUncommitted: (snapshots: readonly MetricsSnapshot[]) => void;
}

/** A shard from the run's start to its last commit here: to the end of its load, or until it is taken away and its tail has ended. */
export class ShardRun {
  readonly #parts: ShardRunParts;
  readonly #givenUp = Promise.withResolvers<void>();
  /** Nothing more is committed in the usual way: the shard has failed, or its epoch was ended by others. */
  #isOver = false;

  constructor(parts: ShardRunParts) {
    this.#parts = parts;
  }

  /** Rejects where the shard fails; what is known by then is committed all the same. */
  async run(): Promise<void> {
    const { control, closing, snapshotter, failure } = this.#parts;
    const forget = [
      control.onStop((mode) => this.#stop(mode)),
      control.onBudgetUsedUp(() => this.#endWaits()),
      closing.onTailsOver(() => this.#endTail()),
      closing.onCommitsOver(() => this.#givenUp.resolve()),
    ];
    snapshotter.start();
    const running = this.#run();
    try {
      await Promise.race([running, failure, this.#fence(), this.#givenUp.promise]);
    } catch (cause) {
      await this.#breakOff();
      throw cause;
    } finally {
      running.catch(() => {});
      for (const forgetOne of forget) forgetOne();
      this.#keepUncommitted();
    }
  }

  async #run(): Promise<void> {
    const { loads, control, snapshotter } = this.#parts;
    const ended = Promise.all(loads.map(({ run }) => run.run()));
    const end = await Promise.race([ended.then(() => undefined), control.taken]);
    if (end !== undefined) await this.#leave(end);
    await ended;
    if (!this.#isOver) await snapshotter.finish(end === undefined ? 'final' : 'last');
  }

  /** Hands the schedule over, or stops it; what is under way goes on. */
  async #leave(end: LeaseEnd): Promise<void> {
    const { loads, snapshotter, closing, onLetGo } = this.#parts;
    const leadMs = end === 'yield' && !closing.areTailsOver ? this.#parts.leadMs : 0;
    const ledOut = loads.map(({ run }) => run.handOver(leadMs));
    // Its part of the caps goes after its last request, and those of shards that go together go together: what is under way here still
    // counts, and with the first of them gone the last ones' requests would be over what is left.
    void Promise.all([...ledOut, sleep(2 * leadMs, undefined, { ref: false })]).then(onLetGo);
    if (end === 'frozen') return this.#abandon();
    for (const { load } of loads) load.believe();
    if (end === 'yield') await Promise.all(loads.map(({ source }) => source.settled()));
    for (const { load } of loads) load.endVainWaits();
    if (!this.#isOver) snapshotter.handOver(end === 'yield');
    if (closing.areTailsOver) this.#endTail();
  }

  #stop(mode: StopMode): void {
    for (const { run } of this.#parts.loads) run.stop(mode, this.#parts.elapsedMs());
  }

  #endWaits(): void {
    for (const { load } of this.#parts.loads) load.cancelWaiting();
  }

  /** A shard that is ours still is asked back first. */
  #endTail(): void {
    if (this.#parts.control.end === undefined) return;
    for (const { load, source } of this.#parts.loads) {
      source.stop();
      load.cancelAll();
    }
  }

  #abandon(): void {
    for (const { load } of this.#parts.loads) load.abandonAll();
  }

  /** Whatever is under way was counted as lost: nobody wants to know what becomes of it. Resolves when it is given up. */
  async #fence(): Promise<void> {
    const { fenced, control, loads, onLetGo } = this.#parts;
    await fenced;
    this.#isOver = true;
    control.takeAway('lost');
    for (const { run } of loads) void run.handOver(0);
    onLetGo();
    this.#abandon();
  }

  /** What is known by now must not be lost with the rest. Where that cannot be committed either, the cause says why. */
  async #breakOff(): Promise<void> {
    this.#isOver = true;
    this.#stop('now');
    await Promise.race([this.#parts.snapshotter.finish('last').catch(() => {}), this.#givenUp.promise]);
  }

  #keepUncommitted(): void {
    const uncommitted = this.#parts.snapshotter.abandon();
    if (uncommitted.length > 0) this.#parts.onUncommitted(uncommitted);
  }
}
