import type { LoadProfile } from '../load/load-profile.ts';
import type { CounterName, TrendName } from '../metrics/definitions.ts';
import type { Accounting } from '../metrics/snapshot.ts';
import type { RequestErrorKind, RequestOutcome } from '../record.ts';
import type { StopReason } from '../run.ts';
import type { RegressionReport } from '../compare/difference.ts';
import type { Scores } from '../score/scores.ts';
import type { Tiers } from '../score/tiers.ts';
import type { Distributions } from './distributions.ts';
import type { FactRecord } from './plain-facts.ts';
import type { BudgetReport, Cost, RunCost } from './spending.ts';

/**
 * The result of a run, as `--json` prints it. Keys are snake_case, latencies ms. A value that is unknown, or whose part
 * is not built, is `null`, never 0.
 */
export interface Report {
  readonly schema: 'tokenstorm.report/1';
  readonly run: RunFacts;
  readonly verdict: Verdict;
  readonly validity: Validity;
  readonly accounting: Accounting;
  /** Only metrics that have data. */
  readonly metrics: MetricSummaries;
  /** Where the values of a metric lie, in at most 15 rows of round edges; absent without data. */
  readonly histograms: Readonly<Partial<Record<HistogramName, Histogram>>>;
  /** Whole distributions of the metrics that later comparisons are made from; absent in reports of versions that had none. */
  readonly distributions?: Distributions;
  /** Failed requests by kind in snake_case; kinds that did not happen are absent. */
  readonly errors: Readonly<Record<string, number>>;
  /** One example message for each error kind that happened. */
  readonly error_examples: Readonly<Record<string, string>>;
  readonly retries: RetryTotals;
  readonly tokens: TokenTotals;
  readonly throughput: Throughput;
  /** `null` where no model that answered has a price; where only some have one, its sums are. A note says which have none. */
  readonly cost: RunCost | null;
  /** What the run was allowed to use up, and what it did; `null` without a budget, absent in reports of versions that had none. */
  readonly budget?: BudgetReport | null;
  /** timer_score by checkpoint; `null` without `targets`. */
  readonly scores: Scores | null;
  /** Of the median TTFT and output rate; `null` where neither is known. */
  readonly tiers: Tiers | null;
  /** Against the baseline of `regression:`; `null` without one, absent in reports of versions that had none. */
  readonly regression?: RegressionReport | null;
  readonly thresholds: readonly ThresholdResult[];
  readonly groups: readonly ReportGroup[];
  readonly windows: readonly ReportWindow[];
  /** Where requests are lost because nobody held a part of the load: by start, then region. */
  readonly gaps: readonly ReportGap[];
  readonly generator: GeneratorReport;
  /** Single requests worth a look: the slowest, the latest, one per error kind. */
  readonly calls: readonly ReportCall[];
  /** What a reader should know beside the validity: sentences. */
  readonly notes: readonly string[];
  /** The scenario that ran, without secrets (`scenarioFacts`); absent in reports of versions that had none. */
  readonly scenario?: FactRecord;
}

/** Distributions by metric name. */
export type MetricSummaries = Readonly<Partial<Record<TrendName, MetricSummary>>>;

export interface RunFacts {
  readonly id: string;
  readonly name: string;
  readonly mode: 'local' | 'distributed';
  readonly seed: number;
  readonly started_at: string;
  /** From the run's start to the last outcome. */
  readonly duration_s: number;
  readonly regions: readonly string[];
  readonly workers: number;
  readonly version: string;
  /** What was asked for. */
  readonly workloads: readonly WorkloadFacts[];
  /** Why the run ended before its plan did; `null` where it did not. */
  readonly stop_reason: StopReason | null;
}

/** What one workload was asked to do to each of its targets. What its executor does not set is `null`. */
export interface WorkloadFacts {
  readonly scenario: string;
  readonly executor: LoadProfile['executor'];
  /** `provider/model` of each. */
  readonly targets: readonly string[];
  readonly requests: number | null;
  /** Virtual users; of a ramp, the most. */
  readonly concurrency: number | null;
  /** Arrivals per second; of a ramp, the most. */
  readonly rate_per_second: number | null;
  readonly duration_s: number | null;
}

/** How the run ended, whatever its validity. */
export type Verdict = 'passed' | 'failed' | 'aborted' | 'interrupted';

export type ValidityLevel = 'valid' | 'suspect' | 'invalid';

/** Whether the numbers are the server's or the generator's own. */
export interface Validity {
  readonly level: ValidityLevel;
  readonly reasons: readonly ValidityReason[];
}

export interface ValidityReason {
  readonly code: string;
  /** In words a user understands. */
  readonly detail: string;
  readonly measured: number;
  readonly limit: number;
}

/** A distribution. Percentiles have 3 significant digits; min, max, mean and std are exact to rounding. */
export interface MetricSummary {
  readonly unit: string;
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly std: number;
  readonly p1: number;
  readonly p5: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Metrics whose histogram the report carries. */
export type HistogramName = 'ttft' | 'e2e';

/** Counts of values between round edges. */
export interface Histogram {
  readonly unit: string;
  /** `log`: each row is wider than the one before by about the same factor. */
  readonly scale: 'linear' | 'log';
  /** Ascending and without holes; empty rows between full ones stay. */
  readonly rows: readonly HistogramRow[];
}

/** Values in `from <= value < to`; the last row may hold values equal to `to`. */
export interface HistogramRow {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** How often requests were tried. What a server received are `attempts + stale_reconnects`, and redirects beside. */
export interface RetryTotals {
  /** Requests sent, with a retry counted as one more. */
  readonly attempts: number;
  /** Requests with more than one attempt, whatever became of them. */
  readonly retried_requests: number;
  /** Attempts / requests that were sent; `null` where none was. */
  readonly amplification: number | null;
  /** Requests sent again because the reused connection was closed before any response byte. */
  readonly stale_reconnects: number;
  /** Failed attempts that did not end their request, by kind in snake_case: those that did are in `errors`. */
  readonly failed_attempts: Readonly<Record<string, number>>;
}

export interface TokenTotals {
  readonly input: number | null;
  readonly output: number | null;
  readonly reasoning: number | null;
  readonly cached_input: number | null;
  /** Where the output count comes from; `mixed` where requests differ, `null` without a completed request. */
  readonly source: 'provider' | 'tokenizer' | 'estimated' | 'mixed' | null;
}

export interface Throughput {
  /** Completed requests per second of the measured window. */
  readonly requests_per_second: number | null;
  /** Tokens that arrived inside the measured window / its length. */
  readonly output_tokens_per_second: number | null;
  /** Requests that ended well and met every SLO / all scheduled ones; `null` where no SLO is set. */
  readonly goodput_ratio: number | null;
}

export interface ThresholdResult {
  readonly metric: string;
  readonly expression: string;
  readonly passed: boolean;
  /** The value that was compared, in the metric's unit; `null` where there were no data (which fails). */
  readonly measured: number | null;
  readonly aborted: boolean;
}

/** The labels of a series that a user thinks in. */
export interface GroupLabels {
  readonly provider: string;
  readonly model: string;
  readonly scenario: string;
  readonly region: string;
}

/** The same numbers for one target of one scenario in one region. */
export interface ReportGroup {
  readonly labels: GroupLabels;
  readonly accounting: Accounting;
  readonly metrics: MetricSummaries;
  /** Absent in reports of versions that had none. */
  readonly distributions?: Distributions;
  readonly tokens: TokenTotals;
  readonly prompts: PromptFacts | null;
  readonly lengths: LengthFacts | null;
  readonly cost: Cost | null;
  /** Requests that completed within every SLO; `null` where no SLO is set, absent in reports of versions that had none. */
  readonly good?: number | null;
  /** As those of the report; absent in reports of versions that had none. */
  readonly scores?: Scores | null;
  readonly tiers?: Tiers | null;
}

/** How many prompts a group sent. */
export interface PromptFacts {
  /** Requests of which at least one attempt was made. */
  readonly sent: number;
  /** Different prompts among them: fewer, where some were sent more than once. */
  readonly distinct: number;
}

/** Mean lengths of completed requests in tokens, as asked for and as counted; `null` where none was asked for. */
export interface LengthFacts {
  /** Without system message and chat template. */
  readonly asked_input: number | null;
  readonly delivered_input: number | null;
  readonly asked_output: number | null;
  readonly delivered_output: number | null;
}

/**
 * The run cut into windows by the time outcomes became known (`scheduled` by the intended start), so the accounting
 * equation holds for their sum only.
 */
export interface ReportWindow {
  readonly start_ms: number;
  readonly duration_ms: number;
  /** Empty for all requests of the window. */
  readonly labels: Readonly<Partial<GroupLabels>>;
  readonly accounting: Accounting;
  readonly metrics: MetricSummaries;
  /** Of the requests that completed in it; absent in reports of versions that had none. */
  readonly output_tokens?: number;
  /** Failed requests by kind in snake_case; absent where none failed, and in reports of versions that had none. */
  readonly errors?: Readonly<Record<string, number>>;
}

/** A time in which shards of a region, parts of its load, had no holder, or one that was lost with what it had under way. */
export interface ReportGap {
  readonly region: string;
  readonly start_ms: number;
  /** When they went on, or the end of the run. */
  readonly end_ms: number;
  readonly shards: number;
  /** Requests without an outcome: under way when their holder was lost, or due until another one went on. */
  readonly lost: number;
}

/** One request; times in ms, `null` where it did not get that far. */
export interface ReportCall {
  readonly labels: GroupLabels;
  readonly start_ms: number;
  readonly outcome: RequestOutcome;
  readonly ttft_ms: number | null;
  readonly e2e_ms: number | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly error: string | null;
  readonly message: string | null;
}

/** The load generator's own condition. */
export interface GeneratorReport {
  readonly schedule_lag_p99_ms: number | null;
  readonly send_delay_p99_ms: number | null;
  /** At most so late were 99 % of the content events' time stamps: how long the event loop had not looked at its sockets. */
  readonly stamp_error_bound_p99_ms: number | null;
  /** At most so long the event loop was busy with other things for what became due at 99 % of all moments. */
  readonly event_loop_delay_p99_ms: number | null;
  /** Share (0..1) of the time in which the event loop's thread was ready to run and had no CPU; `null` where the kernel does not say. */
  readonly run_queue_delay_ratio: number | null;
  /** Uncertainty of the worst worker's clock against the run's, where its way to Redis takes as long as the way back; `null` where there is one clock only. */
  readonly clock_error_ms: number | null;
  /** The same whatever the two ways are like: half the round trip of the best reading. */
  readonly clock_error_bound_ms: number | null;
  /** CPU time / elapsed time of the process. */
  readonly cpu_ratio: number | null;
  readonly rss_mb: number | null;
  readonly connections_opened: number;
}

/** Counters and errors beside the accounting, as the fold adds them up. */
export type CounterTotals = Readonly<Partial<Record<CounterName, number>>>;
export type ErrorTotals = Readonly<Partial<Record<RequestErrorKind, number>>>;
