import { isOpenLoop, planRegionalShards, plannedLoad, splitByWeight } from '@tokenstorm/core';
import type { RunPlan, Scenario } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { numbered } from '../view/number-text.ts';
import { newRunId } from './run-id.ts';

/** Many more than workers, so that they spread evenly whoever joins or leaves. */
const defaultShardsPerRegion = 64;
const snapshotIntervalMs = 1000;

export interface DistributedPlanOptions {
  /** Of each region; default: 64. */
  readonly shards?: number | undefined;
  /** Workers ask their servers before the start; default: true. */
  readonly preflight?: boolean;
}

/** A plan, with what the user should know of it. */
export interface DistributedPlan {
  readonly plan: RunPlan;
  readonly warnings: readonly string[];
}

/**
 * The plan of a run over Redis. A region has as many shards as were asked for, but none that would have nothing to do (no user, no
 * arrival), and none without a place of its own under each cap: whoever holds a shard may send one request at a time at least.
 */
export function planDistributed(
  scenario: Scenario,
  { shards: shardsPerRegion = defaultShardsPerRegion, preflight = true }: DistributedPlanOptions = {},
): DistributedPlan {
  const busy = busyShards(scenario);
  const caps = capsOf(scenario);
  const placed = caps.map(({ cap }) => splitByWeight(cap, weightsOf(scenario)));
  const regions = scenario.regions.map(({ name }, index) => {
    const most = Math.min(busy[index] ?? 0, ...placed.map((places) => places[index] ?? 0));
    return { name, shards: Math.max(1, Math.min(shardsPerRegion, most)) };
  });
  const shards = planRegionalShards(regions);
  return {
    plan: {
      runId: newRunId(systemClock.epochMs()),
      mode: 'distributed',
      scenario,
      shards,
      snapshotIntervalMs,
      preflight,
    },
    warnings: caps
      .filter((_, index) => placed[index]?.includes(0))
      .map(
        ({ name, cap }) =>
          `${name} ${cap} is less than ${numbered(scenario.regions.length, 'region')} can share: each region sends one request at a time at least.`,
      ),
  };
}

/** By region: how many shards of it have anything to do, which depends on the workload that keeps most of them busy. */
function busyShards(scenario: Scenario): readonly number[] {
  const loads = plannedLoad(scenario).map(({ expectedRequests = Infinity, peakVus = Infinity }) =>
    Math.min(Math.ceil(expectedRequests), peakVus),
  );
  const most = Math.max(1, ...loads);
  if (most === Infinity) return scenario.regions.map(() => Infinity);
  return splitByWeight(most, weightsOf(scenario));
}

/** Caps of the whole run, which its regions share by their weights. */
function capsOf({ workloads, execution }: Scenario): readonly { name: string; cap: number }[] {
  const { maxConcurrency } = execution;
  return [
    ...(maxConcurrency === undefined ? [] : [{ name: 'max_concurrency', cap: maxConcurrency }]),
    ...workloads.flatMap(({ load }) =>
      isOpenLoop(load) ? [{ name: 'max_in_flight', cap: load.maxInFlight }] : [],
    ),
  ];
}

function weightsOf({ regions }: Scenario): readonly number[] {
  return regions.map(({ weight }) => weight);
}
