import type { Report, RunPlan } from '@tokenstorm/core';
import type { RunResult, RunStatus } from './run-result.ts';
import type { MetricsWindow } from './sum-window.ts';

/** A run as a sink is told of it. */
export interface SinkRun {
  readonly plan: RunPlan;
  /** Wall clock of the run's start. */
  readonly startedAtEpochMs: number;
  /** Of the Tokenstorm that folds the run. */
  readonly version: string;
  /** Asked before every write; while it is false, nothing is written: another aggregator may have the run. Default: always true. */
  readonly mayWrite?: () => boolean;
}

/** Why and when a run was told to stop. */
export interface SinkStop {
  /** From the run's start. */
  readonly atMs: number;
  readonly reason: string;
}

/**
 * Where the windows of one run are written beside its report. No trouble with it ends the run: what could not be written
 * is counted.
 */
export interface Sink extends AsyncDisposable {
  /**
   * Makes ready what it writes to. Rejects with an error for the user where that cannot be done now; whoever goes on all the
   * same is served as after an outage: it is tried again before each write.
   */
  start(run: SinkRun): Promise<void>;
  /**
   * Takes a window, or the newer state of one, which is read later: it may change until then. Resolves when another one may come:
   * at once as long as few wait to be read, whether what was read before can be written or not. Never rejects.
   */
  write(window: MetricsWindow): Promise<void>;
  /** How the run stands; the latest is written with each window. */
  observe(status: Pick<RunStatus, 'inFlight' | 'cpuRatio' | 'totals' | 'health'>): void;
  /** The run was told to stop. */
  stopped(stop: SinkStop): void;
  /** Writes what is left and how the run ended. Resolves when all is written, or after a bounded time; never rejects. */
  finish(report: Report, result: Pick<RunResult, 'totals' | 'endMs'>): Promise<void>;
  /** Points that wait to be written, or never will be: refused, or given up for want of room or time. */
  readonly unwritten: number;
  /** A sentence for the report's notes about the points that were not written; undefined where there are none. */
  readonly note: string | undefined;
}
