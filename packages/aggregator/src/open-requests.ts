import { emptyAccounting, labelsKey } from '@tokenstorm/core';
import type { Accounting, MetricsSnapshot, SeriesLabels, SnapshotSeries } from '@tokenstorm/core';

interface Open {
  readonly labels: SeriesLabels;
  count: number;
}

/**
 * The requests that were scheduled and whose outcome has not come, of the shards that have not sent their last snapshot.
 * When nothing more can come they are lost.
 */
export class OpenRequests {
  readonly #byShard = new Map<number, Map<string, Open>>();

  add({ shard, series, final }: MetricsSnapshot): void {
    // A shard that is done accounts for all its requests itself; if it does not, that is an error and must stay one.
    if (final) this.#byShard.delete(shard);
    else for (const { labels, accounting } of series) this.#open(shard, labels).count += balance(accounting);
  }

  /** What is to be added to the sum of the run. */
  lost(): SnapshotSeries[] {
    return [...this.#byShard.values()].flatMap((groups) =>
      [...groups.values()]
        .filter(({ count }) => count > 0)
        .map(({ labels, count }) => ({
          labels,
          accounting: { ...emptyAccounting, lost: count },
          counters: {},
          errors: {},
          trends: {},
        })),
    );
  }

  #open(shard: number, labels: SeriesLabels): Open {
    const groups = this.#byShard.get(shard) ?? new Map<string, Open>();
    this.#byShard.set(shard, groups);
    const key = labelsKey(labels);
    const open = groups.get(key) ?? { labels, count: 0 };
    groups.set(key, open);
    return open;
  }
}

function balance({ scheduled, completed, failed, dropped, lost, cancelled }: Accounting): number {
  return scheduled - completed - failed - dropped - lost - cancelled;
}
