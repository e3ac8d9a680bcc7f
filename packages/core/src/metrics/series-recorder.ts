import type { RequestErrorKind, RequestRecord } from '../record.ts';
import type { Slo } from '../scenario/scenario.ts';
import { emptyAccounting } from './accounting.ts';
import { counterDefinitions } from './counter-definitions.ts';
import type { CounterContext, CounterName, CounterRow } from './counter-definitions.ts';
import { PromptTally } from './prompt-tally.ts';
import type { MeasuredWindow } from './record-metrics.ts';
import type { Accounting, EncodedTrend, SeriesLabels, SnapshotSeries } from './snapshot.ts';
import { Trend } from './trend.ts';
import { trendDefinitions } from './trend-definitions.ts';
import type { TrendName, TrendRow } from './trend-definitions.ts';

const counterRows: readonly CounterRow[] = counterDefinitions;
const trendRows: readonly TrendRow[] = trendDefinitions;

/**
 * Collects what happened to the requests of one label set and hands it out as deltas, interval by interval. Warm-up
 * requests have a label set, and so a recorder, of their own.
 */
export class SeriesRecorder {
  readonly labels: SeriesLabels;
  readonly #context: CounterContext;
  readonly #trends = trendRows.map((row) => ({ name: row.name, values: row.values, trend: new Trend() }));
  readonly #counters = new Float64Array(counterRows.length);
  readonly #prompts = new PromptTally();
  #accounting: { -readonly [Key in keyof Accounting]: number } = { ...emptyAccounting };
  #errors: Partial<Record<RequestErrorKind, number>> = {};
  #attemptErrors: Partial<Record<RequestErrorKind, number>> | undefined;
  #isEmpty = true;

  constructor(labels: SeriesLabels, slo: Slo, window: MeasuredWindow) {
    this.labels = labels;
    this.#context = { slo, window };
  }

  /** So many arrivals came due, or iterations began. */
  scheduled(count: number): void {
    this.#account('scheduled', count);
  }

  /** So many arrivals were not sent, because too many requests were in flight. */
  dropped(count: number): void {
    this.#account('dropped', count);
  }

  /** So many requests were not sent, because the run was stopped. */
  cancelled(count: number): void {
    this.#account('cancelled', count);
  }

  /** So many requests have an outcome that nobody knows. */
  lost(count: number): void {
    this.#account('lost', count);
  }

  /** A request ended. */
  record(record: RequestRecord): void {
    this.#account(record.outcome, 1);
    this.#prompts.record(record);
    if (record.failure !== undefined) addOne(this.#errors, record.failure.kind);
    if (record.attempts.length > 1 || record.outcome === 'cancelled') this.#countAttemptErrors(record);
    for (let row = 0; row < counterRows.length; row++) {
      this.#counters[row]! += counterRows[row]!.amount(record, this.#context);
    }
    for (const { values, trend } of this.#trends) {
      const value = values(record);
      if (typeof value === 'number') trend.record(value);
      else if (value !== undefined) trend.recordAll(value);
    }
  }

  /** What happened since the last call; `undefined` where nothing did. */
  take(): SnapshotSeries | undefined {
    if (this.#isEmpty) return undefined;
    const prompts = this.#prompts.take();
    const series = {
      labels: this.labels,
      accounting: this.#accounting,
      counters: this.#takeCounters(),
      errors: this.#errors,
      ...(this.#attemptErrors !== undefined && { attemptErrors: this.#attemptErrors }),
      ...(prompts !== undefined && { prompts }),
      trends: this.#takeTrends(),
    };
    this.#accounting = { ...emptyAccounting };
    this.#errors = {};
    this.#attemptErrors = undefined;
    this.#isEmpty = true;
    return series;
  }

  #account(kind: keyof Accounting, count: number): void {
    this.#accounting[kind] += count;
    if (count !== 0) this.#isEmpty = false;
  }

  /** The last attempt's failure is the request's own, unless the request was cancelled before the next attempt. */
  #countAttemptErrors({ attempts, failure }: RequestRecord): void {
    const others = failure === undefined ? attempts : attempts.slice(0, -1);
    for (const attempt of others) {
      if (attempt.failure !== undefined) addOne((this.#attemptErrors ??= {}), attempt.failure.kind);
    }
  }

  #takeCounters(): SnapshotSeries['counters'] {
    const counters: Partial<Record<CounterName, number>> = {};
    counterRows.forEach(({ name }, row) => {
      if (this.#counters[row] !== 0) counters[name] = this.#counters[row]!;
    });
    this.#counters.fill(0);
    return counters;
  }

  #takeTrends(): SnapshotSeries['trends'] {
    const encoded: Partial<Record<TrendName, EncodedTrend>> = {};
    for (const { name, trend } of this.#trends) {
      if (trend.count === 0) continue;
      encoded[name] = trend.encode();
      trend.reset();
    }
    return encoded;
  }
}

function addOne(counts: Partial<Record<RequestErrorKind, number>>, kind: RequestErrorKind): void {
  counts[kind] = (counts[kind] ?? 0) + 1;
}
