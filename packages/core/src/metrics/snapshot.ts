import type { LimitUse } from './limit-use.ts';
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
  /** Of requests that failed in the end. */
  readonly errors: Readonly<Partial<Record<RequestErrorKind, number>>>;
  /** Of attempts that failed without ending their request: another one followed, or was to. Absent where there were none. */
  readonly attemptErrors?: Readonly<Partial<Record<RequestErrorKind, number>>>;
  readonly prompts?: PromptUse;
  readonly trends: Readonly<Partial<Record<TrendName, EncodedTrend>>>;
}

/** Which prompts were sent. */
export interface PromptUse {
  /** Requests of which at least one attempt was made. */
  readonly sent: number;
  /** Those of them whose prompt no other request has. */
  readonly unique: number;
  /** Numbers of repeated prompts (`RequestRecord.promptRow`) that this shard sent for the first time. */
  readonly rows: readonly number[];
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
  /**
   * Upper bound of the error of the time stamps taken in this interval, ms, one value for each content event: how long the
   * event loop had been busy since it last looked at its sockets. Each event stands in one snapshot of its process only.
   */
  readonly stampErrorBound?: EncodedTrend;
  /**
   * Upper bound of how long the event loop let something wait that became due, ms, one value for each microsecond of the
   * interval at which it might have: 0 while the loop waited, else the time it was busy in one go. In one snapshot of the
   * process only.
   */
  readonly eventLoopDelay?: EncodedTrend;
  /** Share (0..1) of the interval that the event loop's thread was ready to run and had no CPU; absent where the kernel does not say. */
  readonly runQueueDelayRatio?: number;
  /** Uncertainty of this process's clock against the run's, ms, where the way to it takes as long as the way back; absent where they are the same. */
  readonly clockErrorMs?: number;
  /** The same whatever the two ways are like. */
  readonly clockErrorBoundMs?: number;
  /** How its requests travelled, since the process started. */
  readonly travel: Travel;
  /** How the token buckets of its providers went; absent where no provider has limits. */
  readonly limits?: readonly LimitUse[];
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

/** How an epoch goes on from the ones before. */
export interface TakeOver {
  /** The holder before gave the shard back, or was lost. */
  readonly after: 'yield' | 'loss';
  /** Nobody is known to have sent between these ms from the run's start. */
  readonly gapStartMs: number;
  readonly gapEndMs: number;
  /**
   * By the schedule, so many requests of these series were those of the epochs before: arrivals that were due, or iterations that
   * were reserved. What those epochs do not tell of in the end is lost.
   */
  readonly scheduledBefore: readonly { readonly labels: SeriesLabels; readonly scheduled: number }[];
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
  /** The shard is done: it has accounted for all its requests but those of earlier epochs. */
  readonly final: boolean;
  /** No snapshot of this epoch follows; present where it is not `final` by itself. */
  readonly last?: boolean;
  /** In the first snapshot of an epoch that is not the shard's first. */
  readonly takeOver?: TakeOver;
  readonly region: string;
  readonly workerId: string;
  /** From the run's start; may be negative for warm-up requests. */
  readonly intervalStartMs: number;
  readonly intervalMs: number;
  readonly series: readonly SnapshotSeries[];
  readonly calls: readonly CallSummary[];
  readonly health: GeneratorHealth;
}
