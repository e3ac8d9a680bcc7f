import type { Clock } from './clock.ts';
import type { StreamState } from './load/arrivals.ts';
import type { MetricsSnapshot } from './metrics/snapshot.ts';
import type { RunEvent, RunPlan, Shard } from './run.ts';
import type { Dataset } from './scenario/scenario.ts';

/** What coordinator, workers and aggregators share. Over memory in one process, over Redis between machines. Runs in it do not touch each other. */
export interface Transport extends AsyncDisposable {
  /** Shards of all runs that wait for the workers of one place: a region, or this process. */
  readonly shards: ShardQueue;
  /** Runs that wait for an aggregator. */
  readonly aggregations: AggregationQueue;
  snapshots(runId: string): Log<MetricsSnapshot>;
  events(runId: string): Log<RunEvent>;
  readonly datasets: DatasetStore;
  /** The token buckets of a run; the same object each time. */
  limiter(runId: string): RateLimiter;
  /** What a run may use up. The limits are the same for all who ask for it. */
  budget(runId: string, limits: BudgetAmounts): Budget;
  /** Its wall clock is the one that all parts of a run agree on. */
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
  /**
   * The SHA-256 that all workers of the run must find in their own file of this path: the one that was told first. Repeatable.
   */
  agree(runId: string, path: string, sha256: string): Promise<string>;
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
  /**
   * All permits had been there for so many ms, at least, when they were asked for: whoever waited for them came so much late.
   * Below 0 where the answer itself took so long: the way to the limiter is a part of the wait for it.
   */
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

/** What a budget counts. Dollars are counted in whole billionths (1e-9 USD), so that sums are exact. */
export type BudgetDimension = 'requests' | 'tokens' | 'nano-usd';

/** Whole amounts by dimension; what is absent is not concerned. */
export type BudgetAmounts = Readonly<Partial<Record<BudgetDimension, number>>>;

export type BudgetGrant =
  | { readonly granted: true }
  /** Even if everything that others have set aside came back, this amount would not fit: nothing like it can be had any more. */
  | { readonly granted: false; readonly exhausted: true }
  /** It may fit once others have settled; worth asking again in so many ms. */
  | { readonly granted: false; readonly exhausted: false; readonly retryInMs: number };

/**
 * A run's budget, shared by all its workers. What is settled and what is set aside together never pass a limit; only what an
 * attempt used above what was reserved for it can.
 */
export interface Budget {
  /** Sets the amounts aside, in all dimensions or in none. */
  reserve(amounts: BudgetAmounts): Promise<BudgetGrant>;
  /** An attempt is over: what was set aside for it, and what it used of that, or above it. What is not settled, its holder gone, counts as used. */
  settle(reserved: BudgetAmounts, used: BudgetAmounts): Promise<void>;
  /** How it stands now, in the dimensions that have a limit. */
  state(): Promise<BudgetState>;
}

/**
 * What attempts that are over have used of a budget, and what is set aside for those that are not; both 0 and more. What a living
 * process holds ready for attempts to come is in neither.
 */
export interface BudgetState {
  readonly used: BudgetAmounts;
  readonly reserved: BudgetAmounts;
}

/** Shards waiting for a worker. */
export interface ShardQueue {
  /** Repeatable: a shard that is known already is not enqueued again. */
  enqueue(shards: readonly Shard[]): Promise<void>;
  /**
   * Takes shards, as many as are this worker's fair share, and calls the handler for each. Disposing takes no more shards,
   * asks for those held to be given back (`yield`), and waits for the handlers; it rejects where one of them did.
   *
   * Where others have shards already, `prepare` is called for each of their runs before this worker is counted as one of those who
   * share: shards are given to it once it is ready for them. Of a run that it is `unfit` for it stays out, and the others share that
   * among themselves, unless none of them is fit. What `prepare` rejects with is not told: it counts as ready then.
   */
  work(handler: ShardHandler, prepare?: ShardPreparation): Promise<AsyncDisposable>;
}

/** Gets ready for shards of a run, of which none may come. */
export type ShardPreparation = (run: Pick<Shard, 'plan' | 'region'>) => Promise<'ready' | 'unfit'>;

/**
 * Runs a shard for as long as it is this worker's. The signal aborts, with a `LeaseEnd` as its reason, when no further request
 * may start here. A handler that returns before its last snapshot was final gives the shard back; one that rejects keeps it
 * from being handed on at once: it would only fail again.
 */
export type ShardHandler = (lease: ShardLease, signal: AbortSignal) => Promise<void>;

/**
 * Why a worker may start nothing more of a shard. `yield`: another worker is to have it; the schedule is handed over by a commit
 * with `yielded`, requests under way stay and are committed by their old holder as the tail of its epoch. `lost`: the lease could
 * not be renewed in time, or somebody else has it; what is known or under way is still committed, as a tail. `frozen`: the same,
 * noticed late, by a process that was stopped: what is under way was not measured and is given up unrecorded.
 */
export type LeaseEnd = 'yield' | 'lost' | 'frozen';

/** Where a shard stands; written in the same atomic step as the snapshot that reflects it. */
export interface ShardCheckpoint {
  readonly epoch: number;
  readonly sequence: number;
  /** When it was written, ms from the run's start. */
  readonly accountedUpToMs: number;
  readonly inFlight: number;
  /**
   * How far each of the shard's loads has got, by `loadKey`: arrivals of its slice that were sent, dropped or counted as lost
   * (open loop), iterations begun or counted as lost (closed loop), over all epochs.
   */
  readonly positions: Readonly<Record<string, number>>;
  /** Those of them that were of the warm-up, by `loadKey`; absent where there were none. */
  readonly begunInWarmup?: Readonly<Record<string, number>>;
  /**
   * Where the schedules of open loops are to be taken up, by `loadKey`: before the first arrival that is not among `positions`, or a
   * little earlier. Where one is absent its arrivals are computed from the first on.
   */
  readonly streams?: Readonly<Record<string, StreamState>>;
  /** Iterations that were reserved, but not begun, by a holder that gave the shard back; by `loadKey`, in the order in which they are to begin. */
  readonly leftover?: Readonly<Record<string, readonly IterationRange[]>>;
  /** The holder gave the shard back: it has started nothing since. */
  readonly yielded: boolean;
  /** The shard's last snapshot was committed. */
  readonly final: boolean;
}

/**
 * `stored`: and the lease is renewed. `late`: stored as well, but the shard is no longer the holder's: no request may start.
 * `fenced`: nothing was stored, and nothing of this epoch ever will be: what it had not told of was counted as lost.
 * A number: the sequence stored last, when this one was not the next.
 */
export type CommitResult = 'stored' | 'late' | 'fenced' | { readonly storedUpTo: number };

/** The right to run one shard, held by one worker at a time. */
export interface ShardLease {
  readonly shard: Shard;
  /** 1 for the first holder; each take-over adds 1. */
  readonly epoch: number;
  /** What the holder before committed last; absent where nobody committed anything. */
  readonly checkpoint?: ShardCheckpoint;
  /** Iterations that this shard has reserved so far, over all epochs, by `loadKey`. */
  readonly reserved: Readonly<Record<string, number>>;
  /**
   * Appends the snapshot and stores the checkpoint in one step; idempotent by sequence. Renews the lease while it is held.
   * With `checkpoint.yielded` the shard is given back in the same step, and later commits of this epoch are its tail.
   */
  commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult>;
  /**
   * Takes up to `wanted` of the `limit` iterations of a counter for the load `loadKey` of this shard, and notes in the same step
   * that the shard has them. Fewer than wanted, or none, where no more are left; none too once the lease is gone.
   * Counters are the run's: those of one name are the same for all its shards.
   */
  reserve(request: IterationRequest): Promise<IterationRange>;
  /** False once the lease's deadline has passed on the local clock; asked before every send. */
  mayStillSend(): boolean;
}

export interface IterationRequest {
  readonly loadKey: string;
  readonly counter: string;
  readonly wanted: number;
  /** Infinity where only time ends the load. */
  readonly limit: number;
}

/** Runs waiting for an aggregator. */
export interface AggregationQueue {
  /** Repeatable: a run that is known already is not enqueued again. */
  enqueue(plan: RunPlan): Promise<void>;
  /** Takes runs and calls the handler for each; one that returns has ended its run. Disposing gives back those held and waits for the handlers. */
  work(handler: AggregationHandler): Promise<AsyncDisposable>;
}

/** Folds a run for as long as it is this aggregator's; the signal aborts when it is not any more. */
export type AggregationHandler = (lease: AggregationLease, signal: AbortSignal) => Promise<void>;

/** The right to fold one run's snapshots into its sum, held by one aggregator at a time. */
export interface AggregationLease {
  readonly plan: RunPlan;
  /** What the holder before stored last. */
  readonly checkpoint?: AggregationCheckpoint;
  /**
   * Told after each fold: everything up to this id is in the sum. Where it is time to, stores the sum and forgets those
   * snapshots in one step; memory forgets at once and asks for no sum. Resolves to false where the lease is gone.
   */
  advance(upToId: string, state: () => Uint8Array): Promise<boolean>;
  /** False once the lease's deadline has passed: nothing may be written to a sink any more. */
  mayStillWrite(): boolean;
  /**
   * Ends an epoch of a shard whose worker has not been heard of for a lease: none of its snapshots will ever be stored after it.
   * Resolves to the sequence of the last one that was (0 where none was), for the reader may not have come to it yet; to
   * `undefined` while its worker lives, or may still come back. Repeatable.
   */
  endEpoch(shard: number, epoch: number): Promise<number | undefined>;
}

/** The sum of a run's snapshots up to and including one of them. */
export interface AggregationCheckpoint {
  readonly upToId: string;
  readonly state: Uint8Array;
}

/** Who is there to run anything: asked before the start. */
export interface Fleet {
  /** Live worker processes by region. */
  workers(): Promise<Readonly<Record<string, number>>>;
  aggregators(): Promise<number>;
}
