import { isOpenLoop, splitByWeight } from '@tokenstorm/core';
import type { RunPlan, ShardSlice } from '@tokenstorm/core';

/**
 * The part of a run's caps that belongs to some of its shards, at first to all. Each cap is split over the shards in
 * proportion to their load (their region's weight / its shards) into whole numbers that add up to it, so the parts of the
 * processes do too, whoever holds which shard and without a word between them. A part is at least 1: whoever has a shard
 * must be able to send.
 */
export class CapShare {
  readonly #plan: RunPlan;
  /** By cap: one part for each shard, in the plan's order. */
  readonly #parts = new Map<number, readonly number[]>();
  #held: ReadonlySet<number>;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#held = new Set(plan.shards.map(({ shard }) => shard));
  }

  hold(shards: readonly Pick<ShardSlice, 'shard'>[]): void {
    this.#held = new Set(shards.map(({ shard }) => shard));
  }

  /** Of `max_concurrency`; `undefined` without one. */
  ofConcurrency(): number | undefined {
    const { maxConcurrency } = this.#plan.scenario.execution;
    return maxConcurrency === undefined ? undefined : this.#partOf(maxConcurrency);
  }

  /** Of a workload's `max_in_flight`; infinite for a closed loop. */
  ofInFlight(workload: string): number {
    const load = this.#plan.scenario.workloads.find(({ name }) => name === workload)?.load;
    return load !== undefined && isOpenLoop(load) ? this.#partOf(load.maxInFlight) : Infinity;
  }

  #partOf(cap: number): number {
    const parts = this.#parts.get(cap) ?? this.#split(cap);
    this.#parts.set(cap, parts);
    let sum = 0;
    for (const [index, { shard }] of this.#plan.shards.entries())
      if (this.#held.has(shard)) sum += parts[index] ?? 0;
    return Math.max(1, sum);
  }

  #split(cap: number): readonly number[] {
    const { shards, scenario } = this.#plan;
    const weights = new Map(scenario.regions.map(({ name, weight }) => [name, weight]));
    return splitByWeight(
      cap,
      shards.map(({ region, count }) => (weights.get(region) ?? 0) / count),
    );
  }
}
