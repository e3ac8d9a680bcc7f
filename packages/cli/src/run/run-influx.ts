import { influxSink, prepareInflux } from '@tokenstorm/aggregator';
import type { MetricsWindow, RunResult, RunStatus, Sink } from '@tokenstorm/aggregator';
import type { Environment, Report, RunEvent, RunPlan } from '@tokenstorm/core';
import { version } from '../version.ts';
import { influxTargetOf } from './influx-target.ts';

/** A write of so much does not hold up the time stamps of a worker on the same event loop. */
const batch = { points: 500, bytes: 128 * 1024 };
const patienceMs = 1000;

/** An embedded run on its way to the InfluxDB that its scenario names. */
export class RunInflux implements AsyncDisposable {
  readonly #plan: RunPlan;
  readonly #sink: Sink;
  readonly #warn: (warning: string) => void;
  #startedAtEpochMs: number | undefined;

  private constructor(plan: RunPlan, sink: Sink, warn: (warning: string) => void) {
    this.#plan = plan;
    this.#sink = sink;
    this.#warn = warn;
  }

  /** Undefined where the scenario names none. Rejects with `E_USAGE` where it cannot be written to. `warn` hears of trouble on the way. */
  static async open(
    plan: RunPlan,
    environment: Environment,
    warn: (warning: string) => void,
  ): Promise<RunInflux | undefined> {
    const target = influxTargetOf(plan.scenario, environment);
    if (target === undefined) return undefined;
    await prepareInflux(target);
    return new RunInflux(plan, influxSink({ ...target, batch, onProblem: warn }), warn);
  }

  event(event: RunEvent, heardAtEpochMs: number): void {
    if (event.type === 'run-start' && this.#startedAtEpochMs === undefined) {
      this.#startedAtEpochMs = event.startAtEpochMs;
      const run = { plan: this.#plan, startedAtEpochMs: event.startAtEpochMs, version };
      // What it would reject with is told as a problem of the first write.
      void this.#sink.start(run).catch(() => {});
    }
    if (event.type === 'run-stop' && this.#startedAtEpochMs !== undefined) {
      const { reason, atEpochMs = heardAtEpochMs } = event;
      this.#sink.stopped({ reason, atMs: atEpochMs - this.#startedAtEpochMs });
    }
  }

  /** Resolves when another one may come. */
  write(window: MetricsWindow): Promise<void> {
    return this.#sink.write(window);
  }

  observe(status: RunStatus): void {
    this.#sink.observe(status);
  }

  /** Writes how the run ended and what is left, and resolves to its report, with a note where points are missing. */
  async finish(report: Report, result: RunResult): Promise<Report> {
    const waiting = setTimeout(() => this.#warn('waiting for InfluxDB, for 30 s at most'), patienceMs);
    await this.#sink.finish(report, result);
    clearTimeout(waiting);
    const { note } = this.#sink;
    return note === undefined ? report : { ...report, notes: [...report.notes, note] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sink[Symbol.asyncDispose]();
  }
}
