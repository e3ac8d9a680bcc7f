import type { Accounting } from '../metrics/snapshot.ts';
import type { CounterName, TrendName } from '../metrics/definitions.ts';
import type { RequestErrorKind } from '../record.ts';

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
  readonly metrics: Readonly<Partial<Record<TrendName, MetricSummary>>>;
  /** Failed requests by kind in snake_case; kinds that did not happen are absent. */
  readonly errors: Readonly<Record<string, number>>;
  /** One example message for each error kind that happened. */
  readonly error_examples: Readonly<Record<string, string>>;
  readonly retries: {
    readonly attempts: number;
    readonly retried_requests: number;
    readonly amplification: number | null;
    readonly stale_reconnects: number;
  };
  readonly tokens: TokenTotals;
  readonly throughput: Throughput;
  readonly cost: null;
  readonly scores: null;
  readonly tiers: null;
  readonly thresholds: readonly ThresholdResult[];
  readonly groups: readonly ReportGroup[];
  readonly windows: readonly ReportWindow[];
  readonly generator: GeneratorReport;
  /** What a reader should know beside the validity: sentences. */
  readonly notes: readonly string[];
}

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

export interface ReportGroup {
  readonly labels: {
    readonly provider: string;
    readonly model: string;
    readonly scenario: string;
    readonly region: string;
  };
  readonly accounting: Accounting;
  readonly metrics: Readonly<Partial<Record<TrendName, MetricSummary>>>;
  readonly tokens: TokenTotals;
  readonly cost: null;
}

/** The run cut into windows by the time outcomes became known. */
export interface ReportWindow {
  readonly start_ms: number;
  readonly duration_ms: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly accounting: Accounting;
  readonly metrics: Readonly<Partial<Record<TrendName, MetricSummary>>>;
}

export interface GeneratorReport {
  readonly schedule_lag_p99_ms: number | null;
  readonly send_delay_p99_ms: number | null;
  readonly event_loop_delay_p99_ms: number | null;
  /** CPU time / elapsed time of the process. */
  readonly cpu_ratio: number | null;
  readonly rss_mb: number | null;
  readonly connections_opened: number;
}

/** Counters and errors beside the accounting, as the fold adds them up. */
export type CounterTotals = Readonly<Partial<Record<CounterName, number>>>;
export type ErrorTotals = Readonly<Partial<Record<RequestErrorKind, number>>>;
