import type { RunPlan } from '@tokenstorm/core';
import { Queue } from 'bullmq';
import type { RedisConnection } from './connection.ts';
import { expireQueue } from './expire-queue.ts';
import {
  aggregationQueueName,
  appendedKey,
  jobLockKey,
  runKeys,
  shardJobId,
  shardQueueName,
} from './keys.ts';

/** Numbers of a run's shards by region, in the order of the plan. */
export type ShardsByRegion = Readonly<Record<string, readonly number[]>>;

export function shardsByRegion({ shards }: Pick<RunPlan, 'shards'>): ShardsByRegion {
  const byRegion = Map.groupBy(shards, ({ region }) => region);
  return Object.fromEntries(
    [...byRegion].map(([region, those]) => [region, those.map(({ shard }) => shard)]),
  );
}

/** What a run leaves in Redis that nobody needs after it. All of this is repeatable. */
export class RunRemains {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** Removes jobs, state and snapshots of a run that has its report. The aggregator's own job is its holder's. */
  async remove(runId: string, shards: ShardsByRegion): Promise<void> {
    const { snapshots, events, iterations, aggregation, files, limits, budget, ...run } = runKeys(runId);
    const states = Object.values(shards).flatMap((those) => those.map((number) => run.shard(number)));
    const logs = [snapshots, appendedKey(snapshots), appendedKey(events)];
    const shared = [iterations, files, budget, limits, ...(await this.#connection.commands.smembers(limits))];
    await this.#connection.commands.del(...logs, ...shared, aggregation, ...states);
    for (const [region, those] of Object.entries(shards)) {
      await this.#removeJobs(
        shardQueueName(region),
        those.map((number) => shardJobId(runId, number)),
      );
    }
  }

  /** Removes everything of a run that never got a report. */
  async removeAll(runId: string, shards: ShardsByRegion): Promise<void> {
    await this.remove(runId, shards);
    await this.#removeJobs(aggregationQueueName, [runId]);
    await this.#connection.commands.del(runKeys(runId).events);
  }

  /** Whoever holds one finds its lock gone, as after a lost lease. */
  async #removeJobs(name: string, jobIds: readonly string[]): Promise<void> {
    const queue = new Queue(name, { ...this.#connection.queueOptions, skipMetasUpdate: true });
    queue.on('error', () => {});
    await this.#connection.commands.del(jobIds.map((jobId) => jobLockKey(name, jobId)));
    await Promise.all(jobIds.map((jobId) => queue.remove(jobId)));
    await queue.close();
    await expireQueue(this.#connection.commands, name);
  }
}
