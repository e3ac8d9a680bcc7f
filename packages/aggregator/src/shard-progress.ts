import type { MetricsSnapshot, RunPlan } from '@tokenstorm/core';

/** How far each shard has got: which snapshots are new, and up to when the run is known. */
export class ShardProgress {
  readonly #runId: string;
  readonly #upToMs = new Map<number, number>();
  /** The last sequence by shard and epoch: an epoch's snapshots come in order, but the tail of one may come after the next began. */
  readonly #sequences = new Map<string, number>();
  readonly #unfinished: Set<number>;

  constructor(plan: RunPlan) {
    this.#runId = plan.runId;
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

  /** False for a snapshot that was folded before, or that is not of this run. */
  advance(snapshot: MetricsSnapshot): boolean {
    const { shard, epoch, sequence, final } = snapshot;
    const key = `${shard}:${epoch}`;
    const upToMs = this.#upToMs.get(shard);
    if (upToMs === undefined || snapshot.runId !== this.#runId) return false;
    if (sequence <= (this.#sequences.get(key) ?? 0)) return false;
    this.#sequences.set(key, sequence);
    const endMs = final ? Infinity : snapshot.intervalStartMs + snapshot.intervalMs;
    this.#upToMs.set(shard, Math.max(upToMs, endMs));
    if (final) this.#unfinished.delete(shard);
    return true;
  }
}
