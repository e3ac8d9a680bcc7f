import type { MetricsSnapshot, RunPlan } from '@tokenstorm/core';

/** How far each shard has got: which snapshots are new, and up to when the run is known. */
export class ShardProgress {
  readonly #upToMs = new Map<number, number>();
  readonly #seen = new Map<number, { epoch: number; sequence: number }>();
  readonly #unfinished: Set<number>;

  constructor(plan: RunPlan) {
    this.#unfinished = new Set(plan.shards.map((slice) => slice.shard));
    for (const shard of this.#unfinished) this.#upToMs.set(shard, 0);
  }

  get finished(): boolean {
    return this.#unfinished.size === 0;
  }

  /** Shards whose last snapshot has not come. */
  get unfinished(): number {
    return this.#unfinished.size;
  }

  /** Every shard has committed its outcomes up to this many ms from the run's start; Infinity once all are done. */
  get knownUpToMs(): number {
    return Math.min(...this.#upToMs.values());
  }

  /** False for a snapshot that was folded before. */
  advance(snapshot: MetricsSnapshot): boolean {
    const { shard, epoch, sequence } = snapshot;
    const last = this.#seen.get(shard);
    if (last !== undefined && (epoch < last.epoch || (epoch === last.epoch && sequence <= last.sequence))) return false;
    this.#seen.set(shard, { epoch, sequence });
    this.#upToMs.set(shard, snapshot.final ? Infinity : snapshot.intervalStartMs + snapshot.intervalMs);
    if (snapshot.final) this.#unfinished.delete(shard);
    return true;
  }
}
