import { SeriesTotals, reportWindows } from '@tokenstorm/core';
import type { CallSummary, MetricsSnapshot, ReportWindow, RunPlan, ThresholdResult, Transport } from '@tokenstorm/core';
import { CallList } from './call-list.ts';
import { RecentWindows } from './recent.ts';
import { ShardProgress } from './shard-progress.ts';
import { ThresholdWatch } from './threshold-watch.ts';
import { WorkerHealth } from './worker-health.ts';
import type { HealthSummary } from './worker-health.ts';
import { Windows } from './windows.ts';

/** Length of the windows in a report, and of those that the live view and windowed thresholds look at. */
const reportWindowMs = 5000;
const liveSpanMs = 3000;

/** How the run stands, each time all shards have passed another interval. */
export interface RunStatus {
  /** From the run's start. */
  readonly knownUpToMs: number;
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
  readonly calls: readonly CallSummary[];
  readonly health: HealthSummary;
  /** Ms from the run's start to the last snapshot's end. */
  readonly endMs: number;
  /** Shards whose last snapshot never came. */
  readonly unfinishedShards: number;
}

export interface AggregatorOptions {
  readonly transport: Transport;
  readonly plan: RunPlan;
  readonly onStatus?: (status: RunStatus) => void;
}

/** Folds the snapshots of a run into its sum: each exactly once, in whatever order the shards send them. */
export class Aggregator {
  readonly #options: AggregatorOptions;
  readonly #progress: ShardProgress;
  readonly #thresholds: ThresholdWatch;
  readonly #totals = new SeriesTotals();
  readonly #windows = new Windows(reportWindowMs);
  readonly #closedWindows: ReportWindow[] = [];
  readonly #live: Windows;
  readonly #recent: RecentWindows;
  readonly #calls = new CallList();
  readonly #health = new WorkerHealth();
  #endMs = 0;
  #statusUpToMs = 0;
  #abortAsked = false;

  constructor(options: AggregatorOptions) {
    const { plan } = options;
    this.#options = options;
    this.#progress = new ShardProgress(plan);
    this.#thresholds = new ThresholdWatch(plan.scenario.thresholds);
    this.#live = new Windows(plan.snapshotIntervalMs);
    this.#recent = new RecentWindows(Math.max(liveSpanMs, this.#thresholds.longestWindowMs));
  }

  /** Resolves when every shard has sent its last snapshot, or, with what has come by then, when the signal aborts. */
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
    for (const series of snapshot.series) this.#totals.add(series);
    this.#windows.add(snapshot);
    this.#live.add(snapshot);
    this.#calls.add(snapshot.calls);
    this.#health.add(snapshot);
    this.#endMs = Math.max(this.#endMs, snapshot.intervalStartMs + snapshot.intervalMs);
    await this.#moveOn();
  }

  /** Closes what all shards have passed, and looks at the thresholds. */
  async #moveOn(): Promise<void> {
    const { knownUpToMs } = this.#progress;
    this.#closedWindows.push(...reportWindows(this.#windows.takeClosed(knownUpToMs)));
    const moved = this.#live.takeClosed(knownUpToMs);
    for (const window of moved) this.#recent.add(window);
    if (moved.length === 0) return;
    this.#statusUpToMs = Math.min(knownUpToMs, this.#endMs);
    this.#tell();
    if (this.#thresholds.check(this.#view())) await this.#askForAbort();
  }

  #tell(): void {
    const recent = this.#recent.last(liveSpanMs);
    this.#options.onStatus?.({
      knownUpToMs: this.#statusUpToMs,
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
    return { totals: this.#totals, recent: this.#recent, knownUpToMs: this.#statusUpToMs };
  }

  #result(): RunResult {
    this.#closedWindows.push(...reportWindows(this.#windows.takeClosed(Infinity)));
    this.#statusUpToMs = this.#endMs;
    return {
      totals: this.#totals,
      windows: this.#closedWindows,
      thresholds: this.#thresholds.results(this.#view()),
      calls: this.#calls.all(),
      health: this.#health.summary(),
      endMs: this.#endMs,
      unfinishedShards: this.#progress.unfinished,
    };
  }
}
