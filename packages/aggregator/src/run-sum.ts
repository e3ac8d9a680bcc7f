import { SeriesTotals, runMeasuredWindow } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan, SeriesGroupState, SnapshotSeries } from '@tokenstorm/core';
import { CallList } from './call-list.ts';
import type { CallListState } from './call-list.ts';
import type { Loss } from './epoch.ts';
import { KeptWindows } from './kept-windows.ts';
import type { KeptWindowsState } from './kept-windows.ts';
import { LoadCourses } from './load-courses.ts';
import type { LoadCoursesState } from './load-courses.ts';
import { RecentWindows } from './recent.ts';
import { RunEpochs } from './run-epochs.ts';
import type { EpochName, RunEpochsState } from './run-epochs.ts';
import { resultEnding } from './run-result.ts';
import type { LostWorker, RunResult, RunStatus } from './run-result.ts';
import type { MetricsWindow, SumWindow, SumWindowState } from './sum-window.ts';
import { ThresholdWatch } from './threshold-watch.ts';
import type { ThresholdWatchState } from './threshold-watch.ts';
import { WorkerHealth } from './worker-health.ts';
import type { WorkerHealthState } from './worker-health.ts';
import { Windows } from './windows.ts';
import type { WindowsState } from './windows.ts';

/** How far the live view and windowed thresholds look back at least. */
const liveSpanMs = 3000;
/** A window waits so long for shards that are behind the newest news. */
const graceMs = 3000;

export interface RunSumOptions {
  /** Length of the windows of report and sinks. */
  readonly windowMs: number;
  /** How long after their end they take what comes late. */
  readonly windowsKeptMs: number;
  /** Awaited between the steps of a fold. */
  readonly turn: () => Promise<void> | undefined;
}

/** A `RunSum` as plain data. */
export interface RunSumState {
  readonly epochs: RunEpochsState;
  readonly totals: readonly SeriesGroupState[];
  readonly live: WindowsState;
  readonly recent: readonly SumWindowState[];
  readonly kept: KeptWindowsState;
  readonly thresholds: ThresholdWatchState;
  readonly courses: LoadCoursesState;
  readonly calls: CallListState;
  readonly health: WorkerHealthState;
  readonly endMs: number;
  readonly newestMs: number;
  readonly knownUpToMs: number;
  readonly asksForAbort: boolean;
  readonly lostWorker: LostWorker | undefined;
}

/**
 * The sum of a run as far as it has come. What it judges and tells on the way is of the part of the run that every shard has
 * passed, or that is well before the newest news: what comes after that is late, and added to all sums that it belongs to.
 * Nothing in it depends on time but through the snapshots.
 */
export class RunSum {
  readonly epochs: RunEpochs;
  readonly #plan: RunPlan;
  readonly #options: RunSumOptions;
  readonly #thresholds: ThresholdWatch;
  readonly #live: Windows;
  readonly #recent: RecentWindows;
  readonly #kept: KeptWindows;
  readonly #courses: LoadCourses;
  readonly #calls = new CallList();
  readonly #health: WorkerHealth;
  #totals = new SeriesTotals();
  #endMs = 0;
  /** Where the newest snapshot would end if it had the planned length. */
  #newestMs = 0;
  #knownUpToMs = 0;
  #asksForAbort = false;
  #lostWorker: LostWorker | undefined;

  constructor(plan: RunPlan, options: RunSumOptions) {
    const { scenario, snapshotIntervalMs } = plan;
    const measured = runMeasuredWindow(scenario.workloads);
    this.#plan = plan;
    this.#options = options;
    this.epochs = new RunEpochs(plan);
    this.#thresholds = new ThresholdWatch(scenario, measured);
    this.#health = new WorkerHealth(measured.startMs);
    this.#courses = new LoadCourses(plan);
    this.#kept = new KeptWindows(options.windowMs, options.windowsKeptMs);
    this.#live = new Windows(snapshotIntervalMs);
    this.#recent = new RecentWindows({
      wholeMs: liveSpanMs,
      keptMs: this.#thresholds.longestWindowMs,
      keptTrends: this.#thresholds.windowedTrends,
    });
  }

  state(): RunSumState {
    return {
      epochs: this.epochs.state(),
      totals: this.#totals.state(),
      live: this.#live.state(),
      recent: this.#recent.state(),
      kept: this.#kept.state(),
      thresholds: this.#thresholds.state(),
      courses: this.#courses.state(),
      calls: this.#calls.state(),
      health: this.#health.state(),
      endMs: this.#endMs,
      newestMs: this.#newestMs,
      knownUpToMs: this.#knownUpToMs,
      asksForAbort: this.#asksForAbort,
      lostWorker: this.#lostWorker,
    };
  }

  /** Makes a new sum what the other one was whose state this is. */
  restore(state: RunSumState): void {
    this.epochs.restore(state.epochs);
    this.#totals = SeriesTotals.of(state.totals);
    this.#live.restore(state.live);
    this.#recent.restore(state.recent);
    this.#kept.restore(state.kept);
    this.#thresholds.restore(state.thresholds);
    this.#courses.restore(state.courses);
    this.#calls.restore(state.calls);
    this.#health.restore(state.health);
    this.#endMs = state.endMs;
    this.#newestMs = state.newestMs;
    this.#knownUpToMs = state.knownUpToMs;
    this.#asksForAbort = state.asksForAbort;
    this.#lostWorker = state.lostWorker;
  }

  /** A threshold that did not hold asks for the end of the run. */
  get asksForAbort(): boolean {
    return this.#asksForAbort;
  }

  /** The loss that ends the run; undefined where it goes on after one. */
  get lostWorker(): LostWorker | undefined {
    return this.#lostWorker;
  }

  /** Adds a snapshot, once. Resolves to whether the known part of the run has grown. */
  async add(snapshot: MetricsSnapshot): Promise<boolean> {
    const losses = this.epochs.add(snapshot);
    if (losses === undefined) return false;
    const { intervalStartMs, intervalMs } = snapshot;
    this.#live.at(intervalStartMs);
    if (snapshot.takeOver?.after === 'loss') this.#loseWorker(snapshot, snapshot.takeOver.gapStartMs);
    for (const series of snapshot.series) {
      await this.#options.turn();
      this.#count(intervalStartMs, series);
    }
    this.#countLosses(losses);
    this.#courses.add(snapshot);
    this.#calls.add(snapshot.calls);
    this.#health.add(snapshot);
    this.#endMs = Math.max(this.#endMs, intervalStartMs + intervalMs);
    this.#newestMs = Math.max(this.#newestMs, intervalStartMs + this.#plan.snapshotIntervalMs);
    return await this.#moveOn();
  }

  /** Nothing of this epoch was stored after the snapshot with this sequence. Resolves to whether the known part of the run has grown. */
  async endEpoch(epoch: EpochName, sequence: number): Promise<boolean> {
    const { latest, slice, upToMs } = this.epochs.of(epoch.shard);
    if (epoch.epoch === latest) this.#loseWorker(slice, upToMs);
    this.#countLosses(this.epochs.endAt(epoch, sequence));
    this.#health.end(epoch.shard, epoch.epoch);
    return await this.#moveOn();
  }

  /** The first of the windows that are over and have changed since they were taken; undefined where none has. */
  takeChangedWindow(): MetricsWindow | undefined {
    return this.#kept.takeChanged();
  }

  status(): RunStatus {
    const recent = this.#recent.last(liveSpanMs).map((window) => window.totals);
    return {
      knownUpToMs: this.#knownUpToMs,
      totals: this.#totals,
      recent,
      recentMs: recent.length * this.#plan.snapshotIntervalMs,
      inFlight: this.#health.inFlight,
      cpuRatio: this.#health.cpuRatio,
      health: () => this.#health.summary(),
      regions: () => this.#health.regions((shard) => this.epochs.of(shard).slice.region),
      courses: () => this.#courses.all(),
      threshold: (index) => this.#thresholds.result(index, this.#view()),
    };
  }

  /** Ends the sum with what there is. Nothing is to be added any more. */
  async end(): Promise<RunResult> {
    this.#countLosses(this.epochs.endAll());
    for (const window of this.#live.takeClosed(Infinity)) await this.#takeIn(window);
    this.#kept.moveTo(Infinity);
    return {
      totals: this.#totals,
      windows: this.#kept.rows(),
      thresholds: this.#thresholds.results(this.#view()),
      courses: this.#courses.all(),
      calls: this.#calls.all(),
      health: this.#health.summary(),
      endMs: this.#endMs,
      ...resultEnding(this.epochs, this.#endMs),
      ...(this.#lostWorker !== undefined && { lostWorker: this.#lostWorker }),
    };
  }

  #loseWorker({ shard, region }: Omit<LostWorker, 'atMs'>, atMs: number): void {
    if (this.#plan.scenario.execution.onWorkerLoss !== 'fail' || this.epochs.areDone) return;
    this.#lostWorker ??= { shard, region, atMs };
  }

  #count(atMs: number, series: SnapshotSeries): void {
    const window = this.#live.at(atMs);
    if (window !== undefined) return window.add(series);
    this.#totals.add(series);
    this.#recent.addLate(atMs, series);
    this.#kept.add(atMs, series);
  }

  #countLosses(losses: readonly Loss[]): void {
    for (const { atMs, series } of losses) this.#count(atMs, series);
  }

  /** Takes in what is known by now, window by window, and looks at the thresholds after each. */
  async #moveOn(): Promise<boolean> {
    const upToMs = Math.max(this.epochs.knownUpToMs, this.#newestMs - graceMs);
    const closed = this.#live.takeClosed(upToMs);
    for (const window of closed) {
      await this.#takeIn(window);
      if (this.#thresholds.check(this.#view(), !this.epochs.areDone)) this.#asksForAbort = true;
    }
    return closed.length > 0;
  }

  async #takeIn(window: SumWindow): Promise<void> {
    await this.#options.turn();
    this.#totals.addTotals(window.totals);
    await this.#options.turn();
    this.#kept.addTotals(window.startMs, window.totals);
    this.#recent.add(window);
    this.#knownUpToMs = Math.min(window.endMs, this.#endMs);
    await this.#options.turn();
    this.#kept.moveTo(this.#knownUpToMs);
  }

  #view() {
    return { totals: this.#totals, recent: this.#recent, knownUpToMs: this.#knownUpToMs };
  }
}
