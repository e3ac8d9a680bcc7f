import type { Renewable } from './lease-keeper.ts';
import { systemClock } from '../clock.ts';
import type { RedisConnection } from './connection.ts';
import { keepJob } from './shard-jobs.ts';
import type { ShardJob } from './shard-jobs.ts';
import { tellingProblems } from './shard-problems.ts';
import type { OnProblem } from './shard-problems.ts';

/** A shard whose handler rejected: its lock is kept, so that nobody else runs into the same, until its run or this process ends. */
export class KeptLock implements Renewable {
  readonly #connection: RedisConnection;
  readonly #onProblem: OnProblem;
  readonly #job: ShardJob;
  readonly #token: string;
  #renewedAtMs = -Infinity;
  #isKept = true;

  constructor(connection: RedisConnection, onProblem: OnProblem, job: ShardJob, token: string) {
    this.#connection = connection;
    this.#onProblem = onProblem;
    this.#job = job;
    this.#token = token;
  }

  get renewedAtMs(): number {
    return this.#renewedAtMs;
  }

  async renew(): Promise<boolean> {
    this.#renewedAtMs = systemClock.nowMs();
    await tellingProblems(this.#connection, this.#onProblem, this.#keep());
    return this.#isKept;
  }

  async #keep(): Promise<void> {
    this.#isKept = await keepJob(this.#job, this.#token, this.#connection.leaseMs);
  }
}
