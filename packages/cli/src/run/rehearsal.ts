import { isOpenLoop, defaultExecution } from '@tokenstorm/core';
import type { Dataset, LoadProfile, RunPlan, Target, Workload } from '@tokenstorm/core';
import { startCannedServer } from './canned-server.ts';
import { EmbeddedRun } from './embedded-run.ts';

/** Workloads that are rehearsed: more of them run the same code. */
const mostWorkloads = 2;

/** Long prompts must not make it long. */
const mostMs = 1000;

/**
 * Runs the plan in small against a canned answer on the loopback, so that V8 has compiled what a run needs before the first
 * measured request: without it the first ones are some milliseconds slower than the server, and so is each second's fold.
 * Nothing leaves the machine, and nothing of it is in the report. Returns notes for the report where it could not be done.
 */
export async function rehearse(plan: RunPlan, datasets: readonly Dataset[]): Promise<readonly string[]> {
  try {
    await runInSmall(plan, datasets);
    return [];
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return [`The rehearsal on the loopback failed (${reason}): the first requests may be a few ms slower.`];
  }
}

async function runInSmall(plan: RunPlan, datasets: readonly Dataset[]): Promise<void> {
  await using server = await startCannedServer();
  const run = new EmbeddedRun({
    plan: inSmall(plan, server.baseUrl),
    datasets,
    environment: {},
    onStatus: () => {},
  });
  const timer = setTimeout(() => void run.stop('now'), mostMs);
  const { failure } = await run.run().finally(() => clearTimeout(timer));
  if (failure !== undefined) throw new Error(failure.split('\n', 1)[0]);
}

function inSmall(plan: RunPlan, baseUrl: string): RunPlan {
  const { budget: _budget, ...scenario } = plan.scenario;
  const { tokenizer, client } = scenario.execution;
  return {
    runId: `${plan.runId}-rehearsal`,
    shards: plan.shards.slice(0, 1),
    snapshotIntervalMs: 50,
    scenario: {
      ...scenario,
      targets: scenario.targets.map((target) => cannedTarget(target, baseUrl)),
      workloads: scenario.workloads.slice(0, mostWorkloads).map(smallWorkload),
      limits: [],
      execution: {
        ...defaultExecution,
        client,
        onInvalid: 'warn',
        ...(tokenizer !== undefined && { tokenizer }),
      },
      thresholds: [],
      exports: [],
    },
  };
}

/** The target's secrets stay out of it: they are of no use here. */
function cannedTarget(target: Target, baseUrl: string): Target {
  return {
    ...target,
    baseUrl,
    apiKey: 'rehearsal',
    headers: {},
    query: {},
    http2: false,
    tls: { insecure: false },
  };
}

function smallWorkload(workload: Workload): Workload {
  return {
    ...workload,
    targets: workload.targets.slice(0, 1),
    load: smallLoad(workload.load),
    headers: {},
    startAfterMs: 0,
    warmupMs: 0,
    gracefulStopMs: 100,
  };
}

function smallLoad(load: LoadProfile): LoadProfile {
  return isOpenLoop(load)
    ? {
        executor: 'constant-arrival-rate',
        ratePerSecond: 1000,
        durationMs: 200,
        arrivals: 'poisson',
        maxInFlight: 50,
      }
    : { executor: 'shared-iterations', vus: 2, iterations: 300, thinkTimeMs: { kind: 'fixed', value: 0 } };
}
