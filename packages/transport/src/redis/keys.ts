import type { RunPlan } from '@tokenstorm/core';

/**
 * Prefix and hash tag of every key, BullMQ's too (its `prefix` option): all keys of Tokenstorm live in one slot of a Redis
 * Cluster, so that one script may touch any of them.
 */
export const redisPrefix = '{tokenstorm}';

/** How long keys live, in seconds, counted from when they were last refreshed. */
export const timeToLiveSeconds = {
  /** Everything of a run that goes on, or whose end was never seen. */
  running: 24 * 3600,
  /** Plan, record, events and report of a run that has ended. */
  ended: 7 * 24 * 3600,
  /** The state that a live view shows. */
  status: 60,
} as const;

/** Name of the BullMQ queue whose jobs are runs that wait for an aggregator; the job id is the run id. */
export const aggregationQueueName = 'aggregations';

/** The BullMQ job of a run that waits for an aggregator, or is folded. */
export function aggregationJobKey(runId: string): string {
  return `${redisPrefix}:${aggregationQueueName}:${runId}`;
}

/** Name of the BullMQ queue whose jobs are the shards of a region. Holds no `:`, whatever the region is called. */
export function shardQueueName(region: string): string {
  return `shards-${encodeURIComponent(region)}`;
}

/** Id of a shard's BullMQ job. */
export function shardJobId(runId: string, shard: number): string {
  return `${runId}-${shard}`;
}

/** The BullMQ job of a shard, by its id. */
export function shardJobKey(region: string, jobId: string): string {
  return `${redisPrefix}:${shardQueueName(region)}:${jobId}`;
}

/** The lock of a BullMQ job, which is a lease: its value is the holder's token. */
export function jobLockKey(queue: string, jobId: string): string {
  return `${redisPrefix}:${queue}:${jobId}:lock`;
}

/**
 * Sorted set of the live worker processes of a region. Members are worker ids; a score is the Redis time (ms) until which the
 * member counts as alive. Whoever beats here also adds its region to `regionsKey`, with the same score.
 */
export function workersKey(region: string): string {
  return `${redisPrefix}:workers:${region}`;
}

/**
 * Sorted set of what live workers of a region stay out of: members are a run's id and, after a space, a worker's; scores as in
 * `workersKey`.
 */
export function workersOutKey(region: string): string {
  return `${redisPrefix}:workers-out:${region}`;
}

/** Sorted set of the regions that have workers; scores as in `workersKey`. */
export const regionsKey = `${redisPrefix}:regions`;

/** Sorted set of the live aggregators; members are their ids, scores as in `workersKey`. */
export const aggregatorsKey = `${redisPrefix}:aggregators`;

/** Sorted set of the known runs; members are run ids, scores the ms since the Unix epoch at which they were created. */
export const runsKey = `${redisPrefix}:runs`;

/**
 * Stream of the audit log: one field `a`, an `AuditEntry` as JSON. Nothing of ours removes an entry, or the key. Scripts are given it
 * among their values, so that a user may be permitted to append to it alone (see deploy/redis).
 */
export const auditKey = `${redisPrefix}:audit`;

/** The keys of one run. */
export interface RunKeys {
  /** String: the `RunPlan` as JSON. */
  readonly plan: string;
  /** String: what else a run was created with, as JSON. */
  readonly record: string;
  /** String: the report as JSON; the run has ended when it is there. */
  readonly report: string;
  /** String: what a live view shows, as JSON. */
  readonly status: string;
  /** Stream of `MetricsSnapshot`s: one field `s`, by `encodeSnapshot`. */
  readonly snapshots: string;
  /** Stream of `RunEvent`s: one field `e`, JSON. */
  readonly events: string;
  /** Hash: by `counter`, how many iterations were taken of it. */
  readonly iterations: string;
  /** Set of the keys of the run's bucket sets, which are as `limit` names them. */
  readonly limits: string;
  /** Hash of what is used of the run's budget, and of what each worker process has set aside; see `held-state-lua.ts`. */
  readonly budget: string;
  /** Hash: by the path of a data set that lies on the workers, the SHA-256 that it must have there. */
  readonly files: string;
  /** Hash of the aggregator: `upToId` and `state`, its checkpoint. */
  readonly aggregation: string;
  /** Hash of a bucket set: what is in its buckets, and what each worker process has leased from them; see `held-state-lua.ts`. */
  limit(key: string): string;
  /**
   * Hash of a shard: `epoch`, `checkpoint`, `seq:<epoch>`, `reserved:<loadKey>`, and `ended:<epoch>` (1) where the aggregator has
   * ended an epoch: nothing of it is stored any more.
   */
  shard(shard: number): string;
  /** String that expires a lease after the last sign of life of an epoch's worker. */
  alive(shard: number, epoch: number): string;
}

/** Names the keys of a run. */
export function runKeys(runId: string): RunKeys {
  const run = `${redisPrefix}:run:${runId}`;
  return {
    plan: `${run}:plan`,
    record: `${run}:record`,
    report: `${run}:report`,
    status: `${run}:status`,
    snapshots: `${run}:snapshots`,
    events: `${run}:events`,
    iterations: `${run}:iterations`,
    aggregation: `${run}:aggregation`,
    limits: `${run}:limits`,
    budget: `${run}:budget`,
    files: `${run}:files`,
    limit: (key) => `${run}:limit:${key}`,
    shard: (shard) => `${run}:shard:${shard}`,
    alive: (shard, epoch) => `${run}:alive:${shard}:${epoch}`,
  };
}

/** Hash beside a log's stream: by appender, the number of its last entry. */
export function appendedKey(stream: string): string {
  return `${stream}:appended`;
}

/** Hash of a data set, by its id: `index` says as JSON which chunks it has; each chunk stands under the SHA-256 of its bytes. */
export function datasetKey(id: string): string {
  return `${redisPrefix}:dataset:${id}`;
}

/** The keys of the data sets that a run sends to its workers. */
export function datasetKeys({ scenario }: RunPlan): readonly string[] {
  const ids = scenario.workloads.flatMap(({ prompts }) =>
    prompts.kind === 'dataset' ? [prompts.dataset] : [],
  );
  return [...new Set(ids)].map(datasetKey);
}
