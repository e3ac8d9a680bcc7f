import type { GeneratorHealth, MetricsSnapshot, Travel } from '@tokenstorm/core';

/** What the run cost its generator, over all workers. */
export interface HealthSummary {
  readonly workers: number;
  /** Mean CPU ratio of the busiest worker. */
  readonly cpuRatio: number | undefined;
  /** Largest resident set of one worker. */
  readonly peakRssBytes: number | undefined;
  readonly travel: Travel;
}

interface WorkerSum {
  samples: number;
  cpuSum: number;
  peakRssBytes: number;
  latest: GeneratorHealth;
}

/** Adds up the health of the workers as their snapshots tell it. */
export class WorkerHealth {
  readonly #workers = new Map<string, WorkerSum>();
  readonly #inFlight = new Map<number, number>();

  add(snapshot: MetricsSnapshot): void {
    const { workerId, shard, health } = snapshot;
    this.#inFlight.set(shard, health.inFlight);
    const sum = this.#workers.get(workerId) ?? { samples: 0, cpuSum: 0, peakRssBytes: 0, latest: health };
    sum.samples += 1;
    sum.cpuSum += health.cpuRatio;
    sum.peakRssBytes = Math.max(sum.peakRssBytes, health.rssBytes);
    sum.latest = health;
    this.#workers.set(workerId, sum);
  }

  /** Requests under way in all shards. */
  get inFlight(): number {
    return this.#inFlight.values().reduce((sum, count) => sum + count, 0);
  }

  /** CPU ratio of the busiest worker, as last told. */
  get cpuRatio(): number | undefined {
    return this.#most((worker) => worker.latest.cpuRatio);
  }

  summary(): HealthSummary {
    const workers = [...this.#workers.values()];
    return {
      workers: workers.length,
      cpuRatio: this.#most((worker) => worker.cpuSum / worker.samples),
      peakRssBytes: this.#most((worker) => worker.peakRssBytes),
      travel: workers.map((worker) => worker.latest.travel).reduce(addTravel, noTravel),
    };
  }

  #most(figure: (worker: WorkerSum) => number): number | undefined {
    const figures = [...this.#workers.values()].map(figure);
    return figures.length === 0 ? undefined : Math.max(...figures);
  }
}

const noTravel: Travel = { paths: [], connectionsOpened: 0, redirects: 0, decodedResponses: 0 };

function addTravel(sum: Travel, added: Travel): Travel {
  return {
    paths: [...new Set([...sum.paths, ...added.paths])],
    connectionsOpened: sum.connectionsOpened + added.connectionsOpened,
    redirects: sum.redirects + added.redirects,
    decodedResponses: sum.decodedResponses + added.decodedResponses,
  };
}
