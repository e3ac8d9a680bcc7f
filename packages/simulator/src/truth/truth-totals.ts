import type { FaultKind } from '../settings/fault.ts';
import { DurationHistogram } from './duration-histogram.ts';
import type { TruthOutcome, TruthRecord } from './truth-record.ts';
import type { TruthSummary } from './truth-summary.ts';

interface ModelTotals {
  received: number;
  completed: number;
  tokens: number;
}

type Totals = Omit<
  TruthSummary,
  `connections_${string}` | `bytes_${string}` | 'now_ms' | 'other_requests' | 'records_dropped'
>;

/** What the requests since the start or the last reset add up to. */
export class TruthTotals {
  readonly itl = new DurationHistogram();
  readonly pacingError = new DurationHistogram();
  readonly queueWait = new DurationHistogram();
  readonly #startedAtMs: number;
  readonly #outcomes: Record<TruthOutcome, number> = {
    completed: 0,
    failed: 0,
    rejected: 0,
    aborted: 0,
    open: 0,
  };
  readonly #faults: Partial<Record<FaultKind, number>> = {};
  readonly #statusCodes: Record<string, number> = {};
  readonly #models = new Map<string, ModelTotals>();
  readonly #firstWrite = new DurationHistogram();
  readonly #ttft = new DurationHistogram();
  readonly #e2e = new DurationHistogram();
  readonly #e2eClose = new DurationHistogram();
  #received = 0;
  #tokens = 0;
  #contentEvents = 0;
  #openPeak = 0;
  #firstReceivedAtMs: number | null = null;
  #lastReceivedAtMs: number | null = null;

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  /** Counts a request that was received; returns its ordinal. */
  begin(atMs: number): number {
    this.#outcomes.open += 1;
    this.#openPeak = Math.max(this.#openPeak, this.#outcomes.open);
    this.#firstReceivedAtMs ??= atMs;
    this.#lastReceivedAtMs = atMs;
    return (this.#received += 1);
  }

  /** Counts a request to this model; returns its ordinal among them. */
  beginModel(model: string): number {
    return (this.#model(model).received += 1);
  }

  beginFault(fault: FaultKind): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
  }

  /** Adds a record whose outcome is known. */
  end(record: TruthRecord): void {
    this.#outcomes.open -= 1;
    this.#outcomes[record.outcome] += 1;
    const status = String(record.status_code);
    this.#statusCodes[status] = (this.#statusCodes[status] ?? 0) + 1;
    this.#tokens += record.tokens;
    this.#contentEvents += record.content_events;
    if (record.model_ordinal > 0) {
      const model = this.#model(record.model);
      model.tokens += record.tokens;
      if (record.outcome === 'completed') model.completed += 1;
    }
    if (record.outcome === 'completed' && record.stream) this.#time(record);
  }

  totals(): Totals {
    return {
      started_at_ms: this.#startedAtMs,
      received: this.#received,
      outcomes: { ...this.#outcomes },
      faults: { ...this.#faults },
      status_codes: { ...this.#statusCodes },
      models: Object.fromEntries([...this.#models].map(([name, model]) => [name, { ...model }])),
      tokens: this.#tokens,
      content_events: this.#contentEvents,
      open_peak: this.#openPeak,
      first_received_at_ms: this.#firstReceivedAtMs,
      last_received_at_ms: this.#lastReceivedAtMs,
      first_write: this.#firstWrite.quantiles(),
      ttft: this.#ttft.quantiles(),
      e2e: this.#e2e.quantiles(),
      e2e_close: this.#e2eClose.quantiles(),
      itl: this.itl.quantiles(),
      queue_wait: this.queueWait.quantiles(),
      pacing_error: this.pacingError.quantiles(),
    };
  }

  #time(record: TruthRecord): void {
    const since = (histogram: DurationHistogram, atMs: number | null) => {
      if (atMs !== null) histogram.record(atMs - record.received_at_ms);
    };
    since(this.#firstWrite, record.first_write_at_ms);
    since(this.#ttft, record.first_content_at_ms);
    since(this.#e2e, record.last_content_at_ms);
    since(this.#e2eClose, record.last_write_at_ms);
  }

  #model(name: string): ModelTotals {
    const known = this.#models.get(name);
    if (known) return known;
    const model: ModelTotals = { received: 0, completed: 0, tokens: 0 };
    this.#models.set(name, model);
    return model;
  }
}
