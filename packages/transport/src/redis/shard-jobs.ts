import { ErrorCode } from 'bullmq';
import type { Job, Worker } from 'bullmq';
import type { RedisConnection } from './connection.ts';
import { leasedJobs } from './leased-jobs.ts';
import { connectionProblems } from './shard-problems.ts';
import type { OnProblem } from './shard-problems.ts';
import { shardQueueName } from './keys.ts';

/** What a job of a region's queue tells: the plan of its run lies beside it. */
export interface ShardJobData {
  readonly runId: string;
  readonly shard: number;
}

export type ShardJob = Job<ShardJobData>;

/** The jobs of one region's queue. */
export class ShardJobs {
  readonly #worker: Worker<ShardJobData>;

  constructor(connection: RedisConnection, region: string, memberId: string, onProblem: OnProblem) {
    this.#worker = leasedJobs(connection, shardQueueName(region), memberId);
    this.#worker.on('error', connectionProblems(connection, onProblem));
  }

  /** Watches from now on for shards whose holder has died, of all workers of the region. */
  async start(): Promise<void> {
    await this.#worker.waitUntilReady();
    await this.#worker.startStalledCheckTimer();
  }

  /** The next job that waits, locked with the token; undefined where none does. */
  async fetch(token: string): Promise<ShardJob | undefined> {
    return await this.#worker.getNextJob(token, { block: false });
  }

  async close(): Promise<void> {
    await this.#worker.close(true);
  }
}

/** The next worker that fetches has it. Nothing happens where it is not the token's any more. */
export async function giveBackJob(job: ShardJob, token: string): Promise<void> {
  await unlessGone(job.moveToWait(token));
}

/** Nobody fetches it any more. Nothing happens where it is not the token's any more. */
export async function completeJob(job: ShardJob, token: string): Promise<void> {
  await unlessGone(job.moveToCompleted(null, token, false));
}

/** Renews the lock; false where it is not the token's any more. */
export async function keepJob(job: ShardJob, token: string, leaseMs: number): Promise<boolean> {
  return (await job.extendLock(token, leaseMs)) === 1;
}

const isGone: ReadonlySet<unknown> = new Set([
  ErrorCode.JobNotExist,
  ErrorCode.JobLockNotExist,
  ErrorCode.JobNotInState,
  ErrorCode.JobLockMismatch,
]);

async function unlessGone(command: Promise<unknown>): Promise<void> {
  try {
    await command;
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause) || !isGone.has(cause.code)) throw cause;
  }
}
