import { setImmediate as nextTurn } from 'node:timers/promises';
import { SeriesTotals, reportWindows, runMeasuredWindow } from '@tokenstorm/core';
import type {
  CallSummary,
  LoadCourse,
  MetricsSnapshot,
  ReportWindow,
  RunPlan,
  ThresholdResult,
  Transport,
} from '@tokenstorm/core';
import { CallList } from './call-list.ts';
import { OpenRequests } from './open-requests.ts';
import { LoadCourses } from './load-courses.ts';
import { RecentWindows } from './recent.ts';
import { ShardProgress } from './shard-progress.ts';
import { ThresholdWatch } from './threshold-watch.ts';
import { WorkerHealth } from './worker-health.ts';
import type { HealthSummary } from './worker-health.ts';
import { Windows } from './windows.ts';
import type { MetricsWindow } from './windows.ts';

/** Length of the windows in a report, and of those that the live view and windowed thresholds look at. */
const reportWindowMs = 5000;
const liveSpanMs = 3000;

/** How the run stands, each time all shards have passed another interval. */
export interface RunStatus {
  /** From the run's start. */
  readonly knownUpToMs: number;
  /** Of everything up to then. */
  readonly totals: SeriesTotals;
  /** The last seconds, in windows of one snapshot interval. */
  readonly recent: readonly SeriesTotals[];
  readonly recentMs: number;
  readonly inFlight: number;
  readonly cpuRatio: number | undefined;
}

/** The sum of a run. */
export interface RunResult {
  readonly totals: SeriesTotals;
  readonly windows: readonly ReportWindow[];
  readonly thresholds: readonly ThresholdResult[];
  readonly courses: readonly LoadCourse[];
  readonly calls: readonly CallSummary[];
  readonly health: HealthSummary;
  /** Ms from the run's start to the last snapshot's end. */
  readonly endMs: number;
  /** Shards whose last snapshot never came. */
  readonly unfinishedShards: number;
}

export interface AggregatorOptions {
  readonly transport: Pick<Transport, 'snapshots' | 'events'>;
  readonly plan: RunPlan;
  readonly onStatus?: (status: RunStatus) => void;
  /** Length of the result's windows; default 5 s. No snapshot may be longer: a window holds whole ones. */
  readonly windowMs?: number;
}

/**
 * Folds the snapshots of a run into its sum: each exactly once, in whatever order the shards send them. Whatever it
 * judges or tells on the way is of a part of the run that every shard has passed. Where it shares an event loop with a
 * worker, it lets the loop turn between its steps, so that none of them holds a time stamp up.
 */
export class Aggregator {
  readonly #options: AggregatorOptions;
  readonly #progress: ShardProgress;
  readonly #thresholds: ThresholdWatch;
  readonly #totals = new SeriesTotals();
  readonly #windows: Windows;
  readonly #closedWindows: ReportWindow[] = [];
  readonly #live: Windows;
  readonly #recent: RecentWindows;
  readonly #open = new OpenRequests();
  readonly #courses: LoadCourses;
  readonly #calls = new CallList();
  readonly #health: WorkerHealth;
  #endMs = 0;
  #knownUpToMs = 0;
  #abortAsked = false;

  constructor(options: AggregatorOptions) {
    const { scenario, snapshotIntervalMs } = options.plan;
    this.#options = options;
    this.#progress = new ShardProgress(options.plan);
    const measured = runMeasuredWindow(scenario.workloads);
    this.#thresholds = new ThresholdWatch(scenario.thresholds, measured);
    this.#health = new WorkerHealth(measured.startMs);
    this.#courses = new LoadCourses(options.plan);
    this.#windows = new Windows(options.windowMs ?? reportWindowMs);
    this.#live = new Windows(snapshotIntervalMs);
    this.#recent = new RecentWindows(Math.max(liveSpanMs, this.#thresholds.longestWindowMs));
  }

  /**
   * Resolves when every shard has sent its last snapshot, or, with what has come by then, when the signal aborts: then
   * the requests whose outcome has not come are lost.
   */
  async run(signal: AbortSignal): Promise<RunResult> {
    const { snapshots } = this.#options.transport;
    const done = new AbortController();
    const until = AbortSignal.any([signal, done.signal]);
    for await (const { id, value } of snapshots.read({ signal: until })) {
      await this.#fold(value);
      await snapshots.trim(id);
      if (this.#progress.finished) done.abort();
    }
    return this.#result();
  }

  async #fold(snapshot: MetricsSnapshot): Promise<void> {
    if (!this.#progress.advance(snapshot)) return;
    const window = this.#live.at(snapshot.intervalStartMs);
    for (const series of snapshot.series) {
      await nextTurn();
      window.add(series);
    }
    this.#open.add(snapshot);
    this.#courses.add(snapshot);
    this.#calls.add(snapshot.calls);
    this.#health.add(snapshot);
    this.#endMs = Math.max(this.#endMs, snapshot.intervalStartMs + snapshot.intervalMs);
    await this.#moveOn();
  }

  /** Takes in what all shards have passed, window by window, and looks at the thresholds after each. */
  async #moveOn(): Promise<void> {
    const moved = this.#live.takeClosed(this.#progress.knownUpToMs);
    for (const window of moved) {
      await this.#takeIn(window);
      if (this.#thresholds.check(this.#view(), !this.#progress.finished)) await this.#askForAbort();
    }
    if (moved.length > 0) this.#tell();
  }

  async #takeIn(window: MetricsWindow): Promise<void> {
    await nextTurn();
    this.#totals.addTotals(window.totals);
    await nextTurn();
    this.#windows.at(window.startMs).addTotals(window.totals);
    this.#recent.add(window);
    this.#knownUpToMs = Math.min(window.startMs + window.durationMs, this.#endMs);
    await this.#closeWindows(this.#knownUpToMs);
  }

  async #closeWindows(knownUpToMs: number): Promise<void> {
    await nextTurn();
    this.#closedWindows.push(...reportWindows(this.#windows.takeClosed(knownUpToMs)));
  }

  #tell(): void {
    const recent = this.#recent.last(liveSpanMs).map((window) => window.totals);
    this.#options.onStatus?.({
      knownUpToMs: this.#knownUpToMs,
      totals: this.#totals,
      recent,
      recentMs: recent.length * this.#options.plan.snapshotIntervalMs,
      inFlight: this.#health.inFlight,
      cpuRatio: this.#health.cpuRatio,
    });
  }

  async #askForAbort(): Promise<void> {
    if (this.#abortAsked) return;
    this.#abortAsked = true;
    await this.#options.transport.events.append({ type: 'run-stop', mode: 'now', reason: 'threshold' });
  }

  #view() {
    return { totals: this.#totals, recent: this.#recent, knownUpToMs: this.#knownUpToMs };
  }

  async #result(): Promise<RunResult> {
    for (const series of this.#open.lost()) this.#live.at(this.#endMs).add(series);
    for (const window of this.#live.takeClosed(Infinity)) await this.#takeIn(window);
    await this.#closeWindows(Infinity);
    return {
      totals: this.#totals,
      windows: this.#closedWindows,
      thresholds: this.#thresholds.results(this.#view()),
      courses: this.#courses.all(),
      calls: this.#calls.all(),
      health: this.#health.summary(),
      endMs: this.#endMs,
      unfinishedShards: this.#progress.unfinished,
    };
  }
}
