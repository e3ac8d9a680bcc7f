import type { RunPlan } from '@tokenstorm/core';
import type { RedisConnection } from './connection.ts';
import { runKeys, timeToLiveSeconds } from './keys.ts';

/** Stores a run's plan, once: jobs name their run only. Repeatable. */
export async function putRunPlan(connection: RedisConnection, plan: RunPlan): Promise<void> {
  const { commands } = connection;
  const key = runKeys(plan.runId).plan;
  await connection.answer(commands.set(key, JSON.stringify(plan), 'EX', timeToLiveSeconds.running, 'NX'));
}

/** Absent where the run is not known, or not any more. */
export async function runPlanOf(connection: RedisConnection, runId: string): Promise<RunPlan | undefined> {
  const text = await connection.answer(connection.commands.get(runKeys(runId).plan));
  return text === null ? undefined : (JSON.parse(text) as RunPlan);
}
