import type { Phase, RequestErrorKind, RequestOutcome } from '../record.ts';
import type { TrendName, CounterName } from './definitions.ts';

/** Every scheduled request ends in exactly one of the others: `scheduled = completed + failed + dropped + lost + cancelled`. */
export interface Accounting {
  /** Arrivals due up to the stop, or iterations started. */
  readonly scheduled: number;
  readonly completed: number;
  readonly failed: number;
  /** Never sent: over `max_in_flight` when due. */
  readonly dropped: number;
  /** Outcome unknown, because whoever sent it died. */
  readonly lost: number;
  /** Given up by us: at the stop, or by the user. */
  readonly cancelled: number;
}

/** What a series is about. */
export interface SeriesLabels {
  readonly provider: string;
  readonly model: string;
  readonly scenario: string;
  readonly region: string;
  readonly phase: Phase;
}

/** A distribution that merges exactly. Values are in the metric's unit (ms, or tokens per second). */
export interface EncodedTrend {
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly min: number;
  readonly max: number;
  /** HdrHistogram V2 encoding, uncompressed; unit 1/1000 of the metric's (µs for ms). */
  readonly hdr: Uint8Array;
}

/** Deltas of one series in one interval; what is absent is zero. */
export interface SnapshotSeries {
  readonly labels: SeriesLabels;
  readonly accounting: Accounting;
  readonly counters: Readonly<Partial<Record<CounterName, number>>>;
  readonly errors: Readonly<Partial<Record<RequestErrorKind, number>>>;
  readonly trends: Readonly<Partial<Record<TrendName, EncodedTrend>>>;
}

/** One request worth showing: kept in bounded number (slowest, latest, one per error kind). */
export interface CallSummary {
  readonly labels: SeriesLabels;
  readonly startMs: number;
  readonly outcome: RequestOutcome;
  readonly ttftMs?: number;
  readonly e2eMs?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly errorKind?: RequestErrorKind;
  readonly message?: string;
}

/** The generator's own condition over one interval. */
export interface GeneratorHealth {
  /** CPU time of the process / elapsed time; above 1 on several cores. */
  readonly cpuRatio: number;
  readonly rssBytes: number;
  readonly inFlight: number;
  /** How its requests travelled, since the process started. */
  readonly travel: Travel;
}

/** How requests reached the server, beside the plain way. */
export interface Travel {
  /** `wire` is our own client; others (a proxy, HTTP/2, the following of redirects) go through undici. */
  readonly paths: readonly string[];
  readonly connectionsOpened: number;
  readonly redirects: number;
  /** Responses with a content-encoding that nobody had asked for. */
  readonly decodedResponses: number;
}

/**
 * A shard's deltas for one aligned interval: `scheduled` by intended start, everything else when the outcome became
 * known, so the accounting equation holds for a run, not for a window. Merging is addition; (runId, shard, epoch,
 * sequence) is its identity, so redelivery is harmless. An epoch is one holder's time with the shard.
 */
export interface MetricsSnapshot {
  readonly version: 1;
  readonly runId: string;
  readonly shard: number;
  readonly epoch: number;
  /** 1, 2, 3 … within an epoch's shard, without holes. */
  readonly sequence: number;
  readonly final: boolean;
  readonly region: string;
  readonly workerId: string;
  /** From the run's start; may be negative for warm-up requests. */
  readonly intervalStartMs: number;
  readonly intervalMs: number;
  readonly series: readonly SnapshotSeries[];
  readonly calls: readonly CallSummary[];
  readonly health: GeneratorHealth;
}
