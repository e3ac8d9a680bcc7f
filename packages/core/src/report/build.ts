import { checkAccounting } from '../metrics/accounting.ts';
import type { SeriesSum, SeriesTotals } from '../metrics/series-totals.ts';
import type { CallSummary } from '../metrics/snapshot.ts';
import type { RequestErrorKind } from '../record.ts';
import type { StopReason } from '../run.ts';
import { reportedCall } from './call.ts';
import { sampleNotes, tokenNotes } from './notes.ts';
import type { LoadCourse } from './load-course.ts';
import type {
  CounterTotals,
  GeneratorReport,
  Report,
  ReportWindow,
  RunFacts,
  ThresholdResult,
} from './report.ts';
import { groupLabels, histograms, metricSummaries, throughputOf, tokenTotals } from './series-report.ts';
import { validityOf } from './validity.ts';
import { verdictOf } from './verdict.ts';

/** Everything that is known when a run is over. */
export interface ReportInput {
  readonly run: RunInput;
  /** Of the whole run; only phase `main` goes into the report. */
  readonly totals: SeriesTotals;
  readonly windows: readonly ReportWindow[];
  /** Of the open-loop workloads that were long enough to follow. */
  readonly courses: readonly LoadCourse[];
  readonly thresholds: readonly ThresholdResult[];
  /** Why the run ended before its plan did. */
  readonly stopReason?: StopReason;
  /** Length of the window in which throughput is counted; 0 where nothing was measured. */
  readonly measuredSeconds: number;
  /** Whether any workload has an SLO: without one there is no goodput. */
  readonly hasSlo: boolean;
  readonly generator: GeneratorInput;
  /** Beside those that follow from the numbers. */
  readonly notes: readonly string[];
  readonly errorExamples: Readonly<Partial<Record<RequestErrorKind, string>>>;
  readonly calls: readonly CallSummary[];
}

/** A run's identity and course. */
export interface RunInput extends Omit<RunFacts, 'started_at' | 'duration_s' | 'stop_reason'> {
  readonly startedAtEpochMs: number;
  /** From the run's start to the last outcome. */
  readonly durationMs: number;
}

/** The load generator's condition over the run: the worst of its worker processes. */
export interface GeneratorInput {
  readonly eventLoopDelayP99Ms?: number;
  readonly cpuRatio?: number;
  readonly rssBytes?: number;
}

/**
 * The report of a run. Throws `E_ACCOUNTING` where the requests scheduled and those accounted for differ, for then no
 * other number can be trusted.
 */
export function buildReport(input: ReportInput): Report {
  const main = input.totals.merged({ phase: 'main' });
  checkAccounting(main.accounting);
  return {
    schema: 'tokenstorm.report/1',
    run: runFacts(input),
    verdict: verdictOf(input.stopReason, input.thresholds),
    validity: validityOf({ ...main, courses: input.courses }),
    accounting: main.accounting,
    metrics: metricSummaries(main.trends),
    histograms: histograms(main.trends),
    errors: snakeCaseKeys(main.errors),
    error_examples: snakeCaseKeys(input.errorExamples),
    retries: {
      attempts: main.counters.attempts ?? 0,
      retried_requests: null,
      amplification: null,
      stale_reconnects: main.counters.stale_reconnects ?? 0,
    },
    tokens: tokenTotals(main),
    throughput: throughputOf(
      { ...main, counters: { ...main.counters, ...windowCounters(input.totals) } },
      input,
    ),
    cost: null,
    scores: null,
    tiers: null,
    thresholds: input.thresholds,
    groups: input.totals.groups({ phase: 'main' }).map((group) => ({
      labels: groupLabels(group.labels),
      accounting: group.accounting,
      metrics: metricSummaries(group.trends),
      tokens: tokenTotals(group),
      cost: null,
    })),
    windows: input.windows,
    generator: generatorReport(main, input.generator),
    calls: input.calls.map(reportedCall),
    notes: [...input.notes, ...tokenNotes(main), ...sampleNotes(main.trends)],
  };
}

/** What came inside the measured window counts there whoever had asked for it: streams of the warm-up may reach into it. */
function windowCounters(totals: SeriesTotals): CounterTotals {
  const { window_completed = 0, window_output_tokens = 0 } = totals.figures().counters;
  return { window_completed, window_output_tokens };
}

function runFacts({ run, stopReason }: ReportInput): RunFacts {
  return {
    id: run.id,
    name: run.name,
    mode: run.mode,
    seed: run.seed,
    started_at: new Date(run.startedAtEpochMs).toISOString(),
    duration_s: Math.round(run.durationMs) / 1000,
    regions: run.regions,
    workers: run.workers,
    version: run.version,
    workloads: run.workloads,
    stop_reason: stopReason ?? null,
  };
}

function generatorReport({ trends, counters }: SeriesSum, health: GeneratorInput): GeneratorReport {
  return {
    schedule_lag_p99_ms: trends.get('schedule_lag')?.quantile(0.99) ?? null,
    send_delay_p99_ms: trends.get('send_delay')?.quantile(0.99) ?? null,
    event_loop_delay_p99_ms: health.eventLoopDelayP99Ms ?? null,
    cpu_ratio: health.cpuRatio ?? null,
    rss_mb: health.rssBytes === undefined ? null : Math.round(health.rssBytes / 1e5) / 10,
    connections_opened: counters.connections_opened ?? 0,
  };
}

function snakeCaseKeys<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key.replaceAll('-', '_'), value]));
}
