import type { CommitResult, MetricsSnapshot, RunPlan, Shard } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import type { ShardObserver } from './watched-shards.ts';

/** The aggregator has read what was stored longer ago. */
const keptMs = 10_000;

/** Snapshots of a run that a file is to keep. */
export interface KeptSnapshots {
  readonly plan: RunPlan;
  readonly snapshots: readonly MetricsSnapshot[];
}

/**
 * The snapshots that were committed last: where Redis is gone for good, nobody may ever have read them. A file that has them
 * beside those that could not be committed goes on from where the aggregator's log ends; what both have falls out.
 */
export class RecentCommits implements ShardObserver {
  readonly #stored: { readonly atMs: number; readonly plan: RunPlan; readonly snapshot: MetricsSnapshot }[] =
    [];

  taken(): void {}

  ended(): void {}

  committing(): void {}

  failed(): void {}

  left(): void {}

  committed({ plan }: Shard, snapshot: MetricsSnapshot, result: CommitResult): void {
    if (typeof result === 'object' || result === 'fenced') return;
    const atMs = systemClock.nowMs();
    this.#stored.push({ atMs, plan, snapshot });
    this.#stored.splice(
      0,
      this.#stored.findIndex((one) => one.atMs > atMs - keptMs),
    );
  }

  /** What is to be kept of each run that has something uncommitted, or is one of these: that, and what was committed last. */
  with(uncommitted: readonly KeptSnapshots[], runs: readonly RunPlan[]): readonly KeptSnapshots[] {
    const plans = new Map(
      [...runs, ...uncommitted.map(({ plan }) => plan)].map((plan) => [plan.runId, plan]),
    );
    return [...plans.values()]
      .map((plan) => ({
        plan,
        snapshots: [
          ...this.#stored.filter((one) => one.plan.runId === plan.runId).map(({ snapshot }) => snapshot),
          ...uncommitted.filter((one) => one.plan.runId === plan.runId).flatMap(({ snapshots }) => snapshots),
        ].toSorted(inOrder),
      }))
      .filter(({ snapshots }) => snapshots.length > 0);
  }
}

/** By time, and those of an epoch by sequence. */
function inOrder(a: MetricsSnapshot, b: MetricsSnapshot): number {
  return endMs(a) - endMs(b) || a.sequence - b.sequence;
}

function endMs({ intervalStartMs, intervalMs }: MetricsSnapshot): number {
  return intervalStartMs + intervalMs;
}
