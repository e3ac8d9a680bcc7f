import { TokenstormError } from '@tokenstorm/core';
import type { RunPlan, Shard } from '@tokenstorm/core';
import type { RedisConnection } from './connection.ts';
import { shardJobKey, timeToLiveSeconds } from './keys.ts';
import { shardKeys } from './shard-keys.ts';
import { completeJob, giveBackJob } from './shard-jobs.ts';
import type { ShardJobData } from './shard-jobs.ts';
import { RedisShardLease } from './shard-lease.ts';
import type { RedisShardLeaseParts } from './shard-lease.ts';
import { ShardPlans } from './shard-plans.ts';
import type { OnProblem } from './shard-problems.ts';
import { runTake } from './shard-take-script.ts';

/** A job with the token that its lock holds. */
export type FetchedJob = Pick<RedisShardLeaseParts, 'job' | 'token' | 'sentAtMs' | 'sentAtWallMs'>;

/** Makes leases of fetched jobs: begins the shard's next epoch where something of it is left to be done. */
export class ShardTaker {
  readonly #connection: RedisConnection;
  readonly #region: string;
  readonly #onProblem: OnProblem;
  readonly #plans: ShardPlans;

  constructor(connection: RedisConnection, region: string, onProblem: OnProblem) {
    this.#connection = connection;
    this.#region = region;
    this.#onProblem = onProblem;
    this.#plans = new ShardPlans(connection);
  }

  /** Absent where the run is not known, or not any more. */
  planOf(runId: string): Promise<RunPlan | undefined> {
    return this.#plans.get(runId);
  }

  /**
   * Undefined where the shard has ended, or nobody knows its run any more, and the job is done with; or where the job has got lost
   * again. Rejects where that cannot be found out, and the job is given back.
   */
  async take(fetched: FetchedJob): Promise<RedisShardLease | undefined> {
    try {
      return await this.#lease(fetched);
    } catch (cause) {
      await giveBackJob(fetched.job, fetched.token);
      throw cause;
    }
  }

  async #lease(fetched: FetchedJob): Promise<RedisShardLease | undefined> {
    const { job, token } = fetched;
    const shard = await this.#shardOf(job.data);
    if (shard === undefined) return await this.#drop(fetched);
    const keys = shardKeys(shard.plan.runId, shard.shard, this.#region);
    const connection = this.#connection;
    const onProblem = this.#onProblem;
    const taken = await runTake(connection.commands, keys, token, connection.leaseMs);
    if (taken === 'over') await completeJob(job, token);
    if (taken === 'over' || taken === 'not-mine') return undefined;
    return new RedisShardLease({ ...fetched, connection, onProblem, shard, taken, keys });
  }

  async #shardOf(data: Partial<ShardJobData>): Promise<Shard | undefined> {
    const plan = await this.#plans.get(String(data.runId));
    const slice = plan?.shards.find(({ shard }) => shard === data.shard);
    return plan !== undefined && slice !== undefined ? { ...slice, plan } : undefined;
  }

  /** What was fetched may have been forgotten before, and be made anew by that: it must not stay for ever. */
  async #drop({ job, token }: FetchedJob): Promise<undefined> {
    const { commands } = this.#connection;
    await completeJob(job, token);
    await commands.expire(shardJobKey(this.#region, job.id ?? ''), timeToLiveSeconds.running);
    this.#onProblem(
      new TokenstormError('E_REDIS', `Redis does not know the run of the shard ${job.id}, or not any more`, {
        hint: 'tokenstorm runs --redis URL lists those that it knows',
      }),
    );
  }
}
