/** What became of requests, ones of the warm-up included. What was given up without an outcome is in `sent` only. */
export interface RequestCounts {
  /** Handed over to be sent: some may have waited for their turn in vain. */
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Never sent: over `max_in_flight`. */
  readonly dropped: number;
}

/** A run of which this worker has shards, or requests under way. */
export interface WorkerRunStatus {
  readonly runId: string;
  readonly name: string;
  /** Shards held. */
  readonly shards: number;
  /** Shards that were given back or lost, and whose requests are still under way here. */
  readonly tails: number;
  readonly inFlight: number;
  /** Since this worker took its first shard of the run. */
  readonly requests: RequestCounts;
}

/** What a worker does at the moment. Plain data. */
export interface WorkerStatus {
  readonly workerId: string;
  readonly runs: readonly WorkerRunStatus[];
  /** Of all runs. */
  readonly shards: number;
  readonly inFlight: number;
  /** Since the worker was started, over all runs. */
  readonly requests: RequestCounts;
}

export type MutableCounts = { -readonly [Key in keyof RequestCounts]: number };

/** Nothing at all yet. */
export function noRequests(): MutableCounts {
  return { sent: 0, completed: 0, failed: 0, cancelled: 0, dropped: 0 };
}

/** The sum of counts. */
export function sumOfCounts(all: readonly RequestCounts[]): RequestCounts {
  const sum = noRequests();
  for (const counts of all)
    for (const key of Object.keys(sum) as (keyof RequestCounts)[]) sum[key] += counts[key];
  return sum;
}
