import type { FaultKind } from '../settings/fault.ts';
import type { TruthOutcome } from './truth-record.ts';

/** Quantiles of durations in ms, within 0.1 %; `null` where none was measured. */
export interface TruthQuantiles {
  readonly count: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Totals since the start or the last reset. */
export interface TruthSummary {
  readonly started_at_ms: number;
  readonly now_ms: number;
  /** Requests to completion endpoints; `received` is the sum of `outcomes`. */
  readonly received: number;
  readonly outcomes: Readonly<Record<TruthOutcome, number>>;
  /** Requests that were given each fault, harmless ones too. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly status_codes: Readonly<Record<string, number>>;
  readonly models: Readonly<
    Record<string, { readonly received: number; readonly completed: number; readonly tokens: number }>
  >;
  readonly tokens: number;
  readonly content_events: number;
  /** Requests to other paths, those to `/truth` and `/control` left out. */
  readonly other_requests: number;
  readonly connections_opened: number;
  readonly connections_open: number;
  /** The most that were open at once. */
  readonly connections_peak: number;
  readonly bytes_received: number;
  readonly bytes_sent: number;
  /** The most requests that were received and not over at once. */
  readonly open_peak: number;
  /** Records that no longer fit in memory (level `full`). */
  readonly records_dropped: number;
  /** Bounds of the reception of requests: the offered rate is (received - 1) / (last - first). */
  readonly first_received_at_ms: number | null;
  readonly last_received_at_ms: number | null;
  /** From reception; of completed streamed answers. */
  readonly first_write: TruthQuantiles;
  readonly ttft: TruthQuantiles;
  readonly e2e: TruthQuantiles;
  readonly e2e_close: TruthQuantiles;
  /** Gaps between content events of an answer that follow each other, pooled over all answers. */
  readonly itl: TruthQuantiles;
  /** Reception to slot, of every request that got one. */
  readonly queue_wait: TruthQuantiles;
  /** How late each content event was written against its plan, over all answers: this server's own error. */
  readonly pacing_error: TruthQuantiles;
}
