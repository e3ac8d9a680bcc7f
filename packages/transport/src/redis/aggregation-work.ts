import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AggregationHandler, RunPlan, TokenstormError } from '@tokenstorm/core';
import type { Job, Worker } from 'bullmq';
import { RunningHandlers } from '../memory/running-handlers.ts';
import { RedisAggregationLease } from './aggregation-lease.ts';
import type { RedisConnection } from './connection.ts';
import { queueKeys } from './expire-queue.ts';
import {
  aggregationJobKey,
  aggregationQueueName,
  aggregatorsKey,
  runKeys,
  timeToLiveSeconds,
} from './keys.ts';
import { leasedJobs } from './leased-jobs.ts';
import { redisScript, runScript } from './redis-script.ts';
import { runPlanOf } from './run-plan.ts';
import { settledWithin } from './settled-within.ts';
import { connectionProblems } from './shard-problems.ts';

export interface AggregationWorkOptions {
  readonly connection: RedisConnection;
  readonly aggregatorId: string;
  /** Told of what went wrong and is tried again. */
  readonly onProblem: (problem: TokenstormError) => void;
  readonly handler: AggregationHandler;
}

/** How often an aggregator without a run looks for one; with each that it holds it looks so much more seldom that an idle one is first. */
const lookEveryMs = 250;
const beatEveryMs = 1000;
/** An aggregator that was not heard of for so long is not counted any more. */
const countsAsAliveMs = 5000;
const closeTimeoutMs = 2000;

/** KEYS: set of members, others to keep. ARGV: member, for how long it counts as alive (ms), time to live (s). Adds it, and drops those that do not count. */
const beat = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[3]) end
return 1
`);

/** One caller of `work`: looks for runs, and folds those that it gets beside each other. */
export class AggregationWork implements AsyncDisposable {
  readonly #options: AggregationWorkOptions;
  readonly #worker: Worker;
  readonly #problem: (cause: unknown) => void;
  readonly #handlers = new RunningHandlers();
  readonly #leases = new Set<RedisAggregationLease>();
  readonly #stop = new AbortController();
  #beating: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: AggregationWorkOptions) {
    this.#options = options;
    const { connection, aggregatorId, onProblem } = options;
    this.#problem = connectionProblems(connection, onProblem);
    this.#worker = leasedJobs(connection, aggregationQueueName, aggregatorId);
    this.#worker.on('error', this.#problem);
  }

  async start(): Promise<void> {
    await this.#worker.waitUntilReady();
    await this.#worker.startStalledCheckTimer();
    await this.#beat();
    this.#beating = setInterval(() => void this.#beat().catch(() => {}), beatEveryMs);
    this.#looking = this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { commands } = this.#options.connection;
    this.#stop.abort();
    clearInterval(this.#beating);
    for (const lease of this.#leases) lease.release();
    try {
      await settledWithin(this.#looking, closeTimeoutMs);
      await this.#handlers.ended();
    } finally {
      await settledWithin(commands.zrem(aggregatorsKey, this.#options.aggregatorId), closeTimeoutMs);
      await settledWithin(this.#worker.close(true), closeTimeoutMs);
    }
  }

  async #beat(): Promise<void> {
    const { connection, aggregatorId } = this.#options;
    if (connection.state !== 'up') return;
    const keys = [aggregatorsKey, ...queueKeys(aggregationQueueName)];
    await runScript(connection.commands, beat, keys, [
      aggregatorId,
      countsAsAliveMs,
      timeToLiveSeconds.ended,
    ]);
  }

  async #look(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#fetch().catch((cause: unknown) => this.#problem(cause));
      const pauseMs = lookEveryMs * (1 + this.#handlers.size);
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  async #fetch(): Promise<void> {
    const { clock, leaseMs } = this.#options.connection;
    const token = randomUUID();
    const takenAtMs = clock.nowMs();
    const job = await this.#worker.getNextJob(token, { block: false });
    if (job === undefined) return;
    const isTooLate = clock.nowMs() - takenAtMs > leaseMs / 2;
    if (isTooLate || this.#stop.signal.aborted) await job.moveToWait(token);
    else this.#handlers.add(this.#run(job, token, takenAtMs));
  }

  async #run(job: Job, token: string, takenAtMs: number): Promise<void> {
    const { connection, handler } = this.#options;
    const plan = await planToFold(connection, job.id ?? '');
    if (plan === undefined) return await this.#finish(job, token);
    const lease = await RedisAggregationLease.take({ connection, plan, token, takenAtMs });
    this.#leases.add(lease);
    if (this.#stop.signal.aborted) lease.release();
    try {
      await handler(lease, lease.signal);
      if (!lease.signal.aborted) await this.#finish(job, token);
      else if (this.#stop.signal.aborted) await this.#giveBack(job, token);
    } finally {
      lease.release();
      this.#leases.delete(lease);
    }
  }

  /**
   * The job is kept for as long as the report, so that the run is not enqueued again. Whoever takes a run that has its report, because
   * this did not reach Redis, only does this again.
   */
  async #finish(job: Job, token: string): Promise<void> {
    try {
      await job.moveToCompleted(null, token, false);
      const { commands } = this.#options.connection;
      await commands.expire(aggregationJobKey(job.id ?? ''), timeToLiveSeconds.ended);
    } catch (cause) {
      this.#problem(cause);
    }
  }

  /** The next aggregator has it at once; where Redis is away, when the lock has run out. */
  async #giveBack(job: Job, token: string): Promise<void> {
    await settledWithin(job.moveToWait(token), closeTimeoutMs);
  }
}

/** The plan of a run that is to be folded; absent where it has its report already, or was forgotten. */
async function planToFold(connection: RedisConnection, runId: string): Promise<RunPlan | undefined> {
  const hasEnded = (await connection.commands.exists(runKeys(runId).report)) === 1;
  return hasEnded ? undefined : await runPlanOf(connection, runId);
}
