import { jobLockKey, redisPrefix, runKeys, shardJobId, shardJobKey, shardQueueName } from './keys.ts';

/** The keys that a lease on one shard touches, its run's among them. */
export interface ShardKeys {
  readonly jobId: string;
  /** Hash of the BullMQ job. */
  readonly job: string;
  /** The lock of the job: who holds the shard. */
  readonly lock: string;
  readonly shard: string;
  readonly snapshots: string;
  readonly iterations: string;
  readonly report: string;
  /** What the `alive` keys of all epochs begin with; their number follows. */
  readonly alivePrefix: string;
  alive(epoch: number): string;
}

/** Names the keys of a shard. */
export function shardKeys(runId: string, shard: number, region: string): ShardKeys {
  const run = runKeys(runId);
  const queue = shardQueueName(region);
  const jobId = shardJobId(runId, shard);
  return {
    jobId,
    job: shardJobKey(region, jobId),
    lock: jobLockKey(queue, jobId),
    shard: run.shard(shard),
    snapshots: run.snapshots,
    iterations: run.iterations,
    report: run.report,
    alivePrefix: run.alive(shard, 0).slice(0, -1),
    alive: (epoch) => run.alive(shard, epoch),
  };
}

/** Of a BullMQ queue: first those that hold ids of jobs. */
const queueKeys =
  'wait active paused prioritized completed meta id events marker stalled delayed failed pc'.split(' ');

/** The keys of a region's queue, without its jobs: `wait`, `active`, `paused`, `prioritized`, `completed`, and what else there may be. */
export function shardQueueKeys(region: string): string[] {
  const queue = `${redisPrefix}:${shardQueueName(region)}`;
  return queueKeys.map((name) => `${queue}:${name}`);
}
