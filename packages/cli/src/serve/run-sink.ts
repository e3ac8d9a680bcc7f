import { InfluxStore, influxSink } from '@tokenstorm/aggregator';
import type {
  InfluxTarget,
  MetricsWindow,
  RunResult,
  RunStatus,
  Sink,
  SinkRun,
  SinkStop,
} from '@tokenstorm/aggregator';
import type { AggregationLease, Environment, Report, RunEvent } from '@tokenstorm/core';
import type { AggregatorServiceOptions } from '../flags/aggregator-options.ts';
import { missingWindows } from '../run/missing-windows.ts';
import { version } from '../version.ts';
import { scenarioInflux } from './scenario-influx.ts';

export interface RunSinkSettings {
  readonly lease: AggregationLease;
  readonly options: Pick<AggregatorServiceOptions, 'influx' | 'permissions'>;
  readonly environment: Environment;
  /** Hears of trouble. */
  readonly warn: (problem: string) => void;
}

/** Where an aggregator writes the windows of one run: the InfluxDB of its flags, or that of the scenario, or nowhere. No trouble with it holds the run up. */
export class RunSink implements AsyncDisposable {
  readonly #settings: RunSinkSettings;
  #sink: Sink | undefined;
  #target: InfluxTarget | undefined;
  /** Why there is none although one is asked for. */
  #note: string | undefined;
  #stopped: SinkStop | undefined;

  constructor(settings: RunSinkSettings) {
    this.#settings = settings;
  }

  /** Points that wait to be written, or never will be. */
  get unwritten(): number {
    return this.#sink?.unwritten ?? 0;
  }

  /** To be called when the start of the run is known. */
  start(startedAtEpochMs: number): void {
    const { options, lease, environment, warn } = this.#settings;
    try {
      const target = options.influx ?? scenarioInflux(lease.plan.scenario, options.permissions, environment);
      if (target === undefined) return;
      const sink = influxSink({ ...target, onProblem: warn });
      this.#sink = sink;
      this.#target = target;
      const mayWrite = () => lease.mayStillWrite();
      const run: SinkRun = { plan: lease.plan, startedAtEpochMs, version, mayWrite };
      void sink.start(run).catch((cause: unknown) => warn(wordsOf(cause)));
      if (this.#stopped !== undefined) sink.stopped(this.#stopped);
    } catch (cause) {
      warn(wordsOf(cause));
      this.#note = `Nothing is in InfluxDB: ${wordsOf(cause)}.`;
    }
  }

  /** Resolves when another one may come. */
  async write(window: MetricsWindow): Promise<void> {
    await this.#sink?.write(window);
  }

  observe(status: RunStatus): void {
    this.#sink?.observe(status);
  }

  /** The first one counts. */
  stopped({ reason }: RunEvent & { readonly type: 'run-stop' }, atMs: number): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = { reason, atMs };
    this.#sink?.stopped(this.#stopped);
  }

  /** Writes what is left. Resolves, after a bounded time, to what the report's notes must say of it. */
  async finish(report: Report, result: RunResult): Promise<readonly string[]> {
    await this.#sink?.finish(report, result);
    const note = this.#note ?? this.#sink?.note ?? (await this.#leftByOthers(result));
    return note === undefined ? [] : [note];
  }

  /** Windows that waited in an aggregator which died are known to nobody else: they are counted by what is not there. */
  async #leftByOthers({ totals }: RunResult): Promise<string | undefined> {
    const { lease, warn } = this.#settings;
    if (this.#target === undefined || lease.checkpoint === undefined) return undefined;
    const { scheduled } = totals.figures({ phase: 'main' }).accounting;
    try {
      return await missingWindows(new InfluxStore(this.#target), lease.plan.runId, scheduled);
    } catch (cause) {
      warn(`nobody knows whether all windows are in InfluxDB: ${wordsOf(cause)}`);
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sink?.[Symbol.asyncDispose]();
  }
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
