import { planShards, plannedLoad } from '@tokenstorm/core';
import type { ParsedScenario, Regression, RunPlan, Scenario } from '@tokenstorm/core';
import type { PlanView } from '../view/plan.ts';
import { systemClock } from '@tokenstorm/transport';
import { newRunId } from './run-id.ts';

const snapshotIntervalMs = 1000;

/**
 * Embedded, a shard is worth only what it can be spread over: one of each region for each process. Where more are asked for,
 * they are rounded up so that all processes hold as many.
 */
export function planRun(scenario: Scenario, shardsPerRegion = 1, processes = 1): RunPlan {
  return {
    runId: newRunId(systemClock.epochMs()),
    scenario,
    shards: planShards(scenario.regions, Math.ceil(shardsPerRegion / processes) * processes),
    snapshotIntervalMs,
  };
}

/** The plan as `validate` and `--dry-run` show it. */
export function planView(
  { scenario, shards }: RunPlan,
  { warnings, use }: Pick<ParsedScenario, 'warnings' | 'use'> = { warnings: [], use: {} },
): PlanView {
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
    ...(scenario.regression !== undefined && { regression: plannedRegression(scenario.regression) }),
    exports: scenario.exports,
    ...(scenario.influx !== undefined && { influx: scenario.influx }),
    limits: scenario.limits,
    ...(scenario.budget !== undefined && { budget: scenario.budget }),
    use,
    warnings,
  };
}

/** Without the baseline's own numbers. */
function plannedRegression({
  baselines,
  confidence,
  limits,
}: Regression): NonNullable<PlanView['regression']> {
  return { baselines, confidence, limits };
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
