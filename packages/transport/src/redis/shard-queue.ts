import type { RunPlan, Shard, ShardHandler, ShardPreparation, ShardQueue } from '@tokenstorm/core';
import { TokenstormError } from '@tokenstorm/core';
import { Queue } from 'bullmq';
import { systemClock } from '../clock.ts';
import type { RedisConnection } from './connection.ts';
import { shardJobId, shardQueueName, timeToLiveSeconds } from './keys.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { putRunPlan } from './run-plan.ts';
import { shardKeys, shardQueueKeys } from './shard-keys.ts';
import type { ShardJobData } from './shard-jobs.ts';
import { connectionProblems } from './shard-problems.ts';
import type { OnProblem } from './shard-problems.ts';
import { ShardTaker } from './shard-taker.ts';
import { ShardWorker } from './shard-worker.ts';

export interface RedisShardQueueOptions {
  readonly connection: RedisConnection;
  /** Of this process, unique among the live ones. */
  readonly workerId: string;
  /** Where `work` takes shards from. */
  readonly region?: string;
  /** Told of what went wrong in the background, and is tried again or left to another worker. */
  readonly onProblem?: OnProblem;
}

/** Entries of BullMQ's own log of a queue's jobs, which nothing of ours reads. */
const keptQueueEvents = 500;

/** Shards that wait for workers, each a BullMQ job in the queue of its region; a job's lock is the lease. */
export class RedisShardQueue implements ShardQueue, AsyncDisposable {
  readonly #connection: RedisConnection;
  readonly #workerId: string;
  readonly #region: string | undefined;
  readonly #onProblem: OnProblem;
  readonly #queues = new Map<string, Queue<ShardJobData>>();
  readonly #keeper: LeaseKeeper;
  #members = 0;

  constructor({ connection, workerId, region, onProblem = () => {} }: RedisShardQueueOptions) {
    this.#connection = connection;
    this.#workerId = workerId;
    this.#region = region;
    this.#onProblem = onProblem;
    this.#keeper = new LeaseKeeper(connection.leaseMs, () => systemClock.nowMs());
  }

  async enqueue(shards: readonly Shard[]): Promise<void> {
    const plans = new Map<string, RunPlan>(shards.map(({ plan }) => [plan.runId, plan]));
    for (const plan of plans.values()) await putRunPlan(this.#connection, plan);
    const byRegion = Map.groupBy(shards, ({ region }) => region);
    for (const [region, ofRegion] of byRegion) await this.#enqueueIn(region, ofRegion);
  }

  async work(handler: ShardHandler, prepare?: ShardPreparation): Promise<AsyncDisposable> {
    const region = this.#region;
    if (region === undefined)
      throw new TokenstormError('E_INTERNAL', 'only a worker of a region takes shards');
    const connection = this.#connection;
    const onProblem = this.#onProblem;
    const worker = new ShardWorker({
      connection,
      region,
      memberId: this.#nextMemberId(),
      handler,
      ...(prepare !== undefined && { prepare }),
      taker: new ShardTaker(connection, region, onProblem),
      keeper: this.#keeper,
      onProblem,
    });
    await worker.start();
    return worker;
  }

  /** Work is disposed before it. Locks of shards whose handler rejected are left to run out. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#keeper.stop();
    for (const queue of this.#queues.values()) await queue.close();
  }

  async #enqueueIn(region: string, shards: readonly Shard[]): Promise<void> {
    const jobs = shards.map(({ shard, plan: { runId } }) => ({
      name: 'shard',
      data: { runId, shard },
      opts: { jobId: shardJobId(runId, shard) },
    }));
    await this.#queueOf(region).addBulk(jobs);
    const jobKeys = shards.map(({ shard, plan: { runId } }) => shardKeys(runId, shard, region).job);
    const expiries = this.#connection.commands.pipeline();
    for (const key of [...shardQueueKeys(region), ...jobKeys])
      expiries.expire(key, timeToLiveSeconds.running);
    await expiries.exec();
  }

  #queueOf(region: string): Queue<ShardJobData> {
    const known = this.#queues.get(region);
    if (known !== undefined) return known;
    const queue = new Queue<ShardJobData>(shardQueueName(region), {
      ...this.#connection.queueOptions,
      streams: { events: { maxLen: keptQueueEvents } },
    });
    queue.on('error', connectionProblems(this.#connection, this.#onProblem));
    this.#queues.set(region, queue);
    return queue;
  }

  /** A process that works twice counts twice. */
  #nextMemberId(): string {
    this.#members += 1;
    return this.#members === 1 ? this.#workerId : `${this.#workerId}#${this.#members}`;
  }
}
