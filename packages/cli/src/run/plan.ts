import { planShards, plannedLoad } from '@tokenstorm/core';
import type { RunPlan, Scenario } from '@tokenstorm/core';
import type { PlanView } from '../view/plan.ts';
import { systemClock } from '@tokenstorm/transport';
import { newRunId } from './run-id.ts';

/** Embedded, a shard is worth only what it can be spread over: one a region, as all are run by this process. */
const embeddedShardsPerRegion = 1;
const snapshotIntervalMs = 1000;

export function planRun(scenario: Scenario, shardsPerRegion = embeddedShardsPerRegion): RunPlan {
  return {
    runId: newRunId(systemClock.epochMs()),
    scenario,
    shards: planShards(scenario.regions, shardsPerRegion),
    snapshotIntervalMs,
  };
}

/** The plan as `validate` and `--dry-run` show it. */
export function planView({ scenario, shards }: RunPlan): PlanView {
  return {
    name: scenario.name,
    seed: scenario.seed,
    regions: scenario.regions,
    shards: shards.length,
    loads: plannedLoad(scenario).map((load) => ({
      workload: load.workload,
      target: load.target,
      executor: load.executor,
      startAfterMs: load.startAfterMs,
      ...(load.expectedRequests !== undefined && { requests: load.expectedRequests }),
      ...(load.peakArrivalsPerSecond !== undefined && { peakRatePerSecond: load.peakArrivalsPerSecond }),
      ...(load.durationMs !== undefined && { durationMs: load.durationMs }),
      ...(load.peakVus !== undefined && { users: load.peakVus }),
    })),
    thresholds: scenario.thresholds,
    exports: scenario.exports,
  };
}

/** The most connections that the plan may need at once. */
export function peakConnections({ scenario }: RunPlan): number {
  const caps = new Map(
    scenario.workloads.map(({ name, load }) => [name, 'maxInFlight' in load ? load.maxInFlight : 0]),
  );
  const sum = plannedLoad(scenario).reduce(
    (total, load) => total + (load.peakVus ?? caps.get(load.workload) ?? 0),
    0,
  );
  return Math.min(sum, scenario.execution.maxConcurrency ?? Infinity);
}
