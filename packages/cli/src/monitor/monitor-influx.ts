import { influxSink, prepareInflux } from '@tokenstorm/aggregator';
import type { InfluxTarget, Sink } from '@tokenstorm/aggregator';
import {
  SeriesRecorder,
  SeriesTotals,
  TokenstormError,
  buildReport,
  pricesOf,
  workloadFacts,
} from '@tokenstorm/core';
import type { Report, RequestRecord, RunPlan, Workload } from '@tokenstorm/core';
import { version } from '../version.ts';

/** Length of the windows that are written. */
const windowMs = 10_000;
const allTime = { startMs: -Infinity, endMs: Infinity };

/**
 * A monitor on its way to InfluxDB, in the measurements that runs have (docs/influxdb.md): its id is the `run`, its windows are 10 s
 * long, and an outage of InfluxDB is waited out.
 */
export class MonitorInflux implements AsyncDisposable {
  readonly #plan: RunPlan;
  readonly #sink: Sink;
  readonly #startedAtEpochMs: number;
  readonly #whole = new SeriesTotals();
  #windowStartMs = 0;
  #window = new SeriesTotals();
  #endMs = 0;

  private constructor(plan: RunPlan, sink: Sink, startedAtEpochMs: number) {
    this.#plan = plan;
    this.#sink = sink;
    this.#startedAtEpochMs = startedAtEpochMs;
  }

  /** Rejects with `E_USAGE` where it can never be written to; where it is only away, `warn` hears of it and it goes on. */
  static async open(
    plan: RunPlan,
    target: InfluxTarget,
    startedAtEpochMs: number,
    warn: (warning: string) => void,
  ): Promise<MonitorInflux> {
    const sink = influxSink({ ...target, onProblem: warn });
    await prepareInflux(target).catch((cause: unknown) => {
      if (!(cause instanceof TokenstormError) || cause.code !== 'E_INFLUX') throw cause;
    });
    // What it would reject with is told as a problem of the first write.
    void sink.start({ plan, startedAtEpochMs, version }).catch(() => {});
    return new MonitorInflux(plan, sink, startedAtEpochMs);
  }

  /** Takes a call that ended at this epoch ms. */
  add(record: RequestRecord, workload: Workload, atEpochMs: number): void {
    const series = this.#series(record, workload);
    if (series === undefined) return;
    this.#whole.add(series);
    const atMs = Math.max(0, atEpochMs - this.#startedAtEpochMs);
    const startMs = Math.floor(atMs / windowMs) * windowMs;
    if (startMs > this.#windowStartMs) {
      this.#windowStartMs = startMs;
      this.#window = new SeriesTotals();
    }
    this.#endMs = Math.max(this.#endMs, atMs);
    this.#window.add(series);
    const window = { startMs: this.#windowStartMs, durationMs: windowMs, totals: this.#window };
    void this.#sink.write(window);
  }

  /** Writes what is left, for 30 s at most; resolves to a sentence about what could not be written. */
  async finish(): Promise<string | undefined> {
    await this.#sink.finish(this.#report(), { totals: this.#whole, endMs: this.#endMs });
    return this.#sink.note;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sink[Symbol.asyncDispose]();
  }

  #series(record: RequestRecord, { slo }: Workload) {
    const { scenario } = this.#plan;
    const target = scenario.targets.find(({ key }) => key === record.target);
    if (target === undefined) return undefined;
    const labels = {
      provider: target.provider,
      model: target.model,
      scenario: record.workload,
      region: scenario.regions[0]?.name ?? '',
      phase: 'main' as const,
    };
    const recorder = new SeriesRecorder(labels, slo, allTime);
    recorder.scheduled(1);
    recorder.record(record);
    return recorder.take();
  }

  #report(): Report {
    const { runId: id, scenario } = this.#plan;
    return buildReport({
      run: {
        id,
        name: scenario.name,
        mode: 'local',
        seed: scenario.seed,
        startedAtEpochMs: this.#startedAtEpochMs,
        durationMs: this.#endMs,
        regions: scenario.regions.map(({ name }) => name),
        workers: 1,
        version,
        workloads: workloadFacts(scenario),
      },
      totals: this.#whole,
      windows: [],
      courses: [],
      thresholds: [],
      measuredSeconds: this.#endMs / 1000,
      hasSlo: scenario.workloads.some(({ slo }) => Object.keys(slo).length > 0),
      priceOf: pricesOf(scenario.targets),
      generator: {},
      notes: ['Made by tokenstorm monitor: single calls, no load.'],
      errorExamples: {},
      calls: [],
    });
  }
}
