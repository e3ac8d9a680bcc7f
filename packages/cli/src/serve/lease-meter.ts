import type { CommitResult, LeaseEnd, MetricsSnapshot, RunPlan, Shard } from '@tokenstorm/core';
import type { ShardObserver } from './watched-shards.ts';

/** Sequences of a shard's last snapshot that was to be committed, and of the last one that was. */
interface Committed {
  tried: number;
  settled: number;
}

/** Counts what becomes of a worker's leases. */
export class LeaseMeter implements ShardObserver {
  readonly #held = new Map<Shard, Committed>();
  #lost = 0;

  taken(shard: Shard): void {
    this.#held.set(shard, { tried: 0, settled: 0 });
  }

  ended(_shard: Shard, end: LeaseEnd): void {
    if (end !== 'yield') this.#lost += 1;
  }

  committing(shard: Shard, { sequence }: MetricsSnapshot): void {
    const held = this.#held.get(shard);
    if (held !== undefined) held.tried = Math.max(held.tried, sequence);
  }

  committed(shard: Shard, { sequence }: MetricsSnapshot, result: CommitResult): void {
    const held = this.#held.get(shard);
    if (held !== undefined && typeof result !== 'object') held.settled = Math.max(held.settled, sequence);
  }

  failed(): void {}

  left(shard: Shard): void {
    this.#held.delete(shard);
  }

  /** Leases that ended before their shard was given back. */
  get lost(): number {
    return this.#lost;
  }

  /** Snapshots that are on their way. */
  get uncommitted(): number {
    return this.#held.values().reduce((sum, { tried, settled }) => sum + tried - settled, 0);
  }

  /** Of the runs of which there are shards, or requests under way. */
  get plans(): readonly RunPlan[] {
    const plans = new Map(this.#held.keys().map(({ plan }) => [plan.runId, plan]));
    return [...plans.values()];
  }
}
