import type { RunPlan } from '@tokenstorm/core';
import type { RedisConnection } from './connection.ts';
import { runPlanOf } from './run-plan.ts';

const keptPlans = 16;

/** The plans of the latest runs, each read once: a run's shards share one object. */
export class ShardPlans {
  readonly #connection: RedisConnection;
  readonly #plans = new Map<string, Promise<RunPlan | undefined>>();

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** Absent where the run is not known, or not any more. */
  async get(runId: string): Promise<RunPlan | undefined> {
    const plan = this.#plans.get(runId) ?? runPlanOf(this.#connection, runId);
    this.#plans.delete(runId);
    this.#plans.set(runId, plan);
    for (const oldest of this.#plans.keys()) {
      if (this.#plans.size <= keptPlans) break;
      this.#plans.delete(oldest);
    }
    try {
      return await plan;
    } catch (cause) {
      this.#plans.delete(runId);
      throw cause;
    }
  }
}
