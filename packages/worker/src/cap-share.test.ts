import { isOpenLoop } from '@tokenstorm/core';
import type { RunPlan, ShardSlice } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { planOf } from './__fixtures__/run-setup.ts';
import { CapShare } from './cap-share.ts';
import { workload } from './request/__fixtures__/request-setup.ts';

interface Caps {
  readonly maxInFlight?: number;
  readonly maxConcurrency?: number;
}

/** A plan with these regions' weights, each in so many shards. */
function planWith(weights: readonly number[], count: number, caps: Caps): RunPlan {
  const open = workload({
    name: 'open',
    load: {
      executor: 'constant-arrival-rate',
      ratePerSecond: 1,
      durationMs: 1000,
      arrivals: 'constant',
      maxInFlight: caps.maxInFlight ?? 1000,
    },
  });
  const plan = planOf([open, workload({ name: 'other' })], undefined, {
    execution: { ...(caps.maxConcurrency !== undefined && { maxConcurrency: caps.maxConcurrency }) },
  });
  const regions = weights.map((weight, index) => ({ name: `r${index}`, weight }));
  const shards = regions.flatMap((region, place) =>
    Array.from({ length: count }, (_, slice) => ({
      shard: place * count + slice,
      region: region.name,
      slice,
      count,
    })),
  );
  return { ...plan, shards, scenario: { ...plan.scenario, regions } };
}

/** What process k of n may use, where each holds slice k of every region. */
function partsOf(plan: RunPlan, processes: number): number[] {
  return Array.from({ length: processes }, (_, process) => {
    const share = new CapShare(plan);
    share.hold(plan.shards.filter(({ slice }: ShardSlice) => slice % processes === process));
    return share.ofInFlight('open');
  });
}

describe('the share of a cap', () => {
  it('is all of it for whoever holds all shards, and at first', () => {
    const plan = planWith([0.6, 0.4], 3, { maxInFlight: 7, maxConcurrency: 5 });
    const share = new CapShare(plan);
    expect([share.ofInFlight('open'), share.ofConcurrency()]).toEqual([7, 5]);
    share.hold(plan.shards);
    expect([share.ofInFlight('open'), share.ofConcurrency()]).toEqual([7, 5]);
  });

  it.each([
    // 10 x 0.6 / 2 = 3 and 10 x 0.4 / 2 = 2 for each shard.
    [[0.6, 0.4], 2, 10, [5, 5]],
    // 5 x 0.6 / 4 = 0.75 and 5 x 0.4 / 4 = 0.5: four of the first region, then one of the second.
    [[0.6, 0.4], 4, 5, [2, 1, 1, 1]],
    [[1], 3, 10, [4, 3, 3]],
    [[1], 2, 2, [1, 1]],
    [[0.34, 0.33, 0.33], 3, 3, [1, 1, 1]],
  ])('of regions %j over %i processes, cap %i, is %j', (weights, processes, cap, expected) => {
    expect(partsOf(planWith(weights, processes, { maxInFlight: cap }), processes)).toEqual(expected);
  });

  it('adds up to the cap, with something for everybody, wherever the cap is no smaller than the processes', () => {
    for (const weights of [[1], [0.5, 0.5], [0.7, 0.2, 0.1]])
      for (const processes of [1, 2, 3, 5, 8])
        for (let cap = processes; cap < 60; cap += 1) {
          const parts = partsOf(planWith(weights, processes, { maxInFlight: cap }), processes);
          expect(parts.reduce((sum, part) => sum + part)).toBe(cap);
        }
  });

  it('is 1 for whoever would have nothing of it', () => {
    expect(partsOf(planWith([1], 3, { maxInFlight: 1 }), 3)).toEqual([1, 1, 1]);
  });

  it('is no cap where there is none', () => {
    const plan = planWith([1], 2, {});
    const share = new CapShare(plan);
    share.hold(plan.shards.slice(0, 1));
    expect(share.ofConcurrency()).toBeUndefined();
    expect(
      plan.scenario.workloads.map(({ name, load }) => isOpenLoop(load) || share.ofInFlight(name)),
    ).toEqual([true, Infinity]);
  });
});
