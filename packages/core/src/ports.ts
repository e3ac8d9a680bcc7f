import type { Clock } from './clock.ts';
import type { MetricsSnapshot } from './metrics/snapshot.ts';
import type { RunEvent, Shard } from './run.ts';
import type { Dataset } from './scenario/scenario.ts';

/** What coordinator, workers and aggregator share. Over memory in one process, over Redis between machines. */
export interface Transport extends AsyncDisposable {
  readonly shards: ShardQueue;
  readonly snapshots: Log<MetricsSnapshot>;
  readonly events: Log<RunEvent>;
  readonly datasets: DatasetStore;
  readonly iterations: IterationCounter;
  readonly limiter: RateLimiter;
  /** Its wall clock is the one that all parts of the run agree on. */
  readonly clock: Clock;
}

/** An append-only sequence; ids ascend and are opaque. */
export interface Log<T> {
  append(entry: T): Promise<void>;
  /** Yields every entry after `afterId` (from the first one without it) and then waits for more, until the signal aborts. */
  read(options: { afterId?: string; signal: AbortSignal }): AsyncIterable<LogEntry<T>>;
  /** Forgets every entry up to and including this one: whoever folded them keeps the sum. */
  trim(upToId: string): Promise<void>;
}

export interface LogEntry<T> {
  readonly id: string;
  readonly value: T;
}

/** Data sets by id: put once by the coordinator, read by each worker. */
export interface DatasetStore {
  put(dataset: Dataset): Promise<void>;
  /** Rejects with `E_FILE` where the id is unknown. */
  get(id: string): Promise<Dataset>;
}

/** Iterations that the shards of a closed loop draw from, run-wide. */
export interface IterationCounter {
  /** Takes up to `wanted` of the `limit` iterations under this key; resolves to those that were left to take, none at the end. */
  reserve(key: string, wanted: number, limit: number): Promise<IterationRange>;
}

/** So many iterations, numbered from `first` on. Each number from 0 to below the limit is given once. */
export interface IterationRange {
  readonly first: number;
  readonly count: number;
}

/** What a token bucket counts. */
export type LimitDimension = 'requests' | 'tokens' | 'input-tokens' | 'output-tokens';

/** Amounts by dimension; what is absent is not concerned. */
export type LimitAmounts = Readonly<Partial<Record<LimitDimension, number>>>;

/** A set of buckets that a request needs permits of all at once. */
export interface LimitBuckets {
  /** Names the set: the same key and rates mean the same buckets for every process of the run. */
  readonly key: string;
  /** Rates per minute, each above 0. Only these dimensions are limited. */
  readonly perMinute: LimitAmounts;
  /** Seconds of its rate that a bucket holds at least. */
  readonly burstSeconds: number;
}

/** What a server says of its own limits. What is absent it does not say. */
export interface ObservedLimits {
  readonly perMinute: LimitAmounts;
  /** Left of them now. */
  readonly remaining: LimitAmounts;
}

export type LimitGrant =
  /** All permits had been there for so many ms, at least, when they were taken: whoever waited for them came so much late. */
  | { readonly granted: true; readonly overdueMs: number }
  /** Nothing was taken; by the state of now all permits are there in so many ms. */
  | { readonly granted: false; readonly retryInMs: number };

/** Token buckets that all workers of a run share. A bucket starts full. */
export interface RateLimiter {
  /**
   * Takes the amounts from all buckets of the set, or nothing. A bucket is as large as the larger of `burstSeconds` of its
   * rate and the largest amount ever asked of it. Dimensions without a rate are not looked at.
   */
  take(buckets: LimitBuckets, amounts: LimitAmounts): Promise<LimitGrant>;
  /** Corrects what was taken before: positive amounts are charged (a bucket may fall below 0), negative ones given back (never above full). */
  settle(buckets: LimitBuckets, amounts: LimitAmounts): Promise<void>;
  /** What the server itself says: a lower rate than the set's own counts from now on, and what remains is at most this. Never raises anything. */
  lower(buckets: LimitBuckets, observed: ObservedLimits): Promise<void>;
}

/** Shards waiting for a worker. */
export interface ShardQueue {
  /** Repeatable: a shard that is known already is not enqueued again. */
  enqueue(shards: readonly Shard[]): Promise<void>;
  /**
   * Takes shards and calls the handler for each; holds the lease while the handler runs. The signal aborts when the
   * lease is lost or must be yielded. Disposing stops taking shards and waits for the handlers.
   */
  work(handler: ShardHandler): Promise<AsyncDisposable>;
}

export type ShardHandler = (lease: ShardLease, signal: AbortSignal) => Promise<void>;

/** Where a shard stands; written in the same atomic step as the snapshot that reflects it. */
export interface ShardCheckpoint {
  readonly epoch: number;
  readonly sequence: number;
  /** Every arrival intended before this many ms from the run's start is accounted for or in flight. */
  readonly accountedUpToMs: number;
  readonly inFlight: number;
  /** Iterations reserved so far by the shard's closed loops. */
  readonly reservedIterations?: number;
  /** The shard's last snapshot was committed. */
  readonly final: boolean;
}

/** `fenced`: the lease is gone, nothing was stored. A number: the sequence stored last, when this one was not the next. */
export type CommitResult = 'stored' | 'fenced' | { readonly storedUpTo: number };

/** The right to run one shard, held by one worker at a time. */
export interface ShardLease {
  readonly shard: Shard;
  /** 1 for the first holder; each take-over adds 1. */
  readonly epoch: number;
  /** What the holder before committed last. */
  readonly checkpoint?: ShardCheckpoint;
  /** Appends the snapshot and stores the checkpoint in one step, only while this lease is held; idempotent by sequence. */
  commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult>;
  /** False once the lease's deadline has passed on the local clock; asked before every send. */
  mayStillSend(): boolean;
}
