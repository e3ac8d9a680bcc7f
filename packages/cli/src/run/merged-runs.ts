import { priceKey } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan, StopReason, Target } from '@tokenstorm/core';
import type { SnapshotEnd } from './snapshot-line.ts';
import { agreed } from './agreed.ts';
import { byTime } from './by-time.ts';
import type { RunParts } from './run-parts.ts';

/** The snapshots of a run with its plan. */
export interface RunSnapshots {
  readonly plan: RunPlan;
  readonly snapshots: AsyncIterable<MetricsSnapshot>;
}

/** One plan over the shards of several, at least one: what has the same name and is the same stands in it once. */
export function mergedPlan(plans: readonly RunPlan[]): RunPlan {
  const [first] = plans as [RunPlan, ...RunPlan[]];
  const scenarios = plans.map((plan) => plan.scenario);
  // A budget and a comparison are one run's own.
  const { budget, regression, scoreTargets: _scoreTargets, ...scenario } = first.scenario;
  const scoreTargets = agreed(scenarios.map((one) => one.scoreTargets));
  const onInvalid = scenarios.every(({ execution }) => execution.onInvalid === 'warn') ? 'warn' : 'fail';
  return {
    ...first,
    ...(plans.some(({ mode }) => mode === 'distributed') && { mode: 'distributed' as const }),
    runId: plans.length === 1 ? first.runId : `${first.runId}+${plans.length - 1}`,
    scenario: {
      ...scenario,
      ...(plans.length === 1 && budget !== undefined && { budget }),
      ...(scoreTargets !== undefined && { scoreTargets }),
      ...(plans.length === 1 && regression !== undefined && { regression }),
      name: [...new Set(scenarios.map(({ name }) => name))].join(' + '),
      regions: unique(
        scenarios.flatMap(({ regions }) => regions),
        ({ name }) => name,
      ),
      targets: mergedTargets(scenarios.flatMap(({ targets }) => targets)),
      workloads: unique(
        scenarios.flatMap(({ workloads }) => workloads),
        (workload) => JSON.stringify(workload),
      ),
      limits: unique(
        scenarios.flatMap(({ limits }) => limits),
        ({ provider }) => provider,
      ),
      thresholds: unique(
        scenarios.flatMap(({ thresholds }) => thresholds),
        (threshold) => JSON.stringify(threshold),
      ),
      execution: { ...first.scenario.execution, onInvalid },
    },
    shards: plans.flatMap((plan, run) =>
      plan.shards.map((slice) => ({ ...slice, shard: shardOf(plans, run, slice.shard) })),
    ),
  };
}

/** What runs do not agree on is not known of all of them: a price that changed is none. */
function mergedTargets(targets: readonly Target[]): Target[] {
  return [...Map.groupBy(targets, ({ key }) => key).values()].map((same) => {
    const { price, ...target } = same[0]!;
    const isOne = new Set(same.map((one) => priceKey(one.price))).size === 1;
    return isOne && price !== undefined ? { ...target, price } : target;
  });
}

/** The snapshots of several runs as those of one: by time from each run's start, shards and workers told apart by their run. */
export async function* mergedSnapshots(
  runId: string,
  runs: readonly RunSnapshots[],
): AsyncGenerator<MetricsSnapshot> {
  const plans = runs.map(({ plan }) => plan);
  const sources = runs.map(({ snapshots }) => snapshots);
  for await (const { source: run, entry: snapshot } of byTime(sources, (one) => one)) {
    yield {
      ...snapshot,
      runId,
      shard: shardOf(plans, run, snapshot.shard),
      workerId: `${run}/${snapshot.workerId}`,
    };
  }
}

/** How several runs, all of them read, ended: the worst counts. Notes say which they are. */
export function mergedEnding(runs: readonly RunParts[]): Pick<SnapshotEnd, 'ended' | 'notes'> {
  const [first] = runs as [RunParts, ...RunParts[]];
  const notes = [...new Set(runs.flatMap(({ end }) => end?.notes ?? []))];
  if (runs.length === 1) return { ended: first.ended, notes: [...partNotes(first), ...notes] };
  const all = runs.map(({ ended }) => ended);
  const stops = all.map(({ stoppedAtMs }) => stoppedAtMs);
  return {
    ended: {
      ...first.ended,
      startedAtEpochMs: Math.min(...all.map(({ startedAtEpochMs }) => startedAtEpochMs)),
      stopReason: worst(all.map(({ stopReason }) => stopReason)),
      stoppedAtMs: stops.every((atMs) => atMs !== undefined) ? Math.max(...stops) : undefined,
      failure: all.find(({ failure }) => failure !== undefined)?.failure,
      lostProcess: all.find(({ lostProcess }) => lostProcess !== undefined)?.lostProcess,
      notes: [...new Set(all.flatMap((ended) => ended.notes))],
    },
    notes: [...mergeNotes(runs.map(({ header }) => header.plan)), ...notes],
  };
}

function partNotes({ paths, header }: RunParts): string[] {
  return paths.length === 1
    ? []
    : [`Put together from ${paths.length} files of the run ${header.plan.runId}.`];
}

function mergeNotes(plans: readonly RunPlan[]): string[] {
  const seeds = new Set(plans.map(({ scenario }) => scenario.seed));
  const ids = plans.map(({ runId }) => runId).join(', ');
  return [
    `Merged from ${plans.length} runs, each from its own start, as if they had run at the same time: ${ids}.`,
    ...(seeds.size > 1 ? [`The runs had different seeds: ${[...seeds].join(', ')}.`] : []),
  ];
}

const byGravity: readonly StopReason[] = ['infrastructure', 'interrupted', 'budget', 'threshold'];

function worst(reasons: readonly (StopReason | undefined)[]): StopReason | undefined {
  return byGravity.find((reason) => reasons.includes(reason));
}

/** Numbers of the shards of all runs, one run after the other. */
function shardOf(plans: readonly RunPlan[], run: number, shard: number): number {
  return plans.slice(0, run).reduce((sum, plan) => sum + plan.shards.length, shard);
}

/** The first of each key, in their order. */
function unique<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  const found = new Map<string, T>();
  for (const value of values) if (!found.has(keyOf(value))) found.set(keyOf(value), value);
  return [...found.values()];
}
