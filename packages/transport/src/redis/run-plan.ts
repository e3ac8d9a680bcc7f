import type { RunPlan } from '@tokenstorm/core';
import type { RedisConnection } from './connection.ts';
import { runKeys, timeToLiveSeconds } from './keys.ts';

/** Stores a run's plan, once: jobs name their run only. Repeatable. */
export async function putRunPlan(connection: RedisConnection, plan: RunPlan): Promise<void> {
  const { commands } = connection;
  const key = runKeys(plan.runId).plan;
  await connection.answer(commands.set(key, JSON.stringify(plan), 'EX', timeToLiveSeconds.running, 'NX'));
}

/** Absent where the run is not known, or not any more, or where what is there is no plan of it. */
export async function runPlanOf(connection: RedisConnection, runId: string): Promise<RunPlan | undefined> {
  const text = await connection.answer(connection.commands.get(runKeys(runId).plan));
  return text === null ? undefined : readPlan(runId, text);
}

/**
 * The plan of a run as it was stored; undefined for what nobody of ours wrote. Only its outline is looked at: what it asks of a
 * worker is looked at by that worker, whoever wrote it.
 */
export function readPlan(runId: string, text: string): RunPlan | undefined {
  const plan = jsonOf(text);
  if (!isRecord(plan) || plan['runId'] !== runId || !isRecord(plan['scenario'])) return undefined;
  const { workloads, targets, regions, execution } = plan['scenario'];
  const isWhole = [plan['shards'], workloads, targets, regions].every(Array.isArray) && isRecord(execution);
  return isWhole ? (plan as unknown as RunPlan) : undefined;
}

/** What a text says as JSON; undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
