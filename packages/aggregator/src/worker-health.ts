import { Trend, mergeLimitUses } from '@tokenstorm/core';
import type { GeneratorHealth, LimitUse, MetricsSnapshot, Travel } from '@tokenstorm/core';

/** What the run cost its generator, over all workers. */
export interface HealthSummary {
  readonly workers: number;
  /** Mean CPU ratio of the busiest worker. */
  readonly cpuRatio: number | undefined;
  /** Largest resident set of one worker. */
  readonly peakRssBytes: number | undefined;
  /** p99 of the bound of the time stamps' error, over all measured content events; see `GeneratorHealth`. */
  readonly stampErrorBoundP99Ms: number | undefined;
  readonly eventLoopDelayP99Ms: number | undefined;
  /** Share of the measured time, of the worker that waited most for a CPU. */
  readonly runQueueDelayRatio: number | undefined;
  /** Largest of one worker. */
  readonly clockErrorMs: number | undefined;
  readonly travel: Travel;
  /** How the token buckets went, one entry for each provider that has any. */
  readonly limits: readonly LimitUse[];
}

interface WorkerSum {
  samples: number;
  cpuSum: number;
  peakRssBytes: number;
  /** Of the measured intervals that say something of it. */
  queuedMs: number;
  queueKnownMs: number;
  clockErrorMs: number | undefined;
  latest: GeneratorHealth;
}

/**
 * Adds up the health of the workers as their snapshots tell it. What the validity is judged by counts from the interval on
 * in which the measured part of the run begins: what the generator did during the warm-up blurs no number.
 */
export class WorkerHealth {
  readonly #measuredFromMs: number;
  readonly #workers = new Map<string, WorkerSum>();
  readonly #inFlight = new Map<number, number>();
  readonly #stampErrorBound = new Trend();
  readonly #eventLoopDelay = new Trend();

  /** `measuredFromMs`: end of the warm-up, ms from the run's start. */
  constructor(measuredFromMs: number) {
    this.#measuredFromMs = measuredFromMs;
  }

  add(snapshot: MetricsSnapshot): void {
    const { workerId, shard, health } = snapshot;
    this.#inFlight.set(shard, health.inFlight);
    const sum = this.#workers.get(workerId) ?? emptySum(health);
    sum.samples += 1;
    sum.cpuSum += health.cpuRatio;
    sum.peakRssBytes = Math.max(sum.peakRssBytes, health.rssBytes);
    sum.latest = health;
    this.#workers.set(workerId, sum);
    if (snapshot.intervalStartMs + snapshot.intervalMs > this.#measuredFromMs)
      this.#addMeasured(snapshot, sum);
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
      stampErrorBoundP99Ms: p99(this.#stampErrorBound),
      eventLoopDelayP99Ms: p99(this.#eventLoopDelay),
      runQueueDelayRatio: this.#most(({ queuedMs, queueKnownMs }) =>
        queueKnownMs === 0 ? undefined : queuedMs / queueKnownMs,
      ),
      clockErrorMs: this.#most((worker) => worker.clockErrorMs),
      travel: workers.map((worker) => worker.latest.travel).reduce(addTravel, noTravel),
      limits: mergeLimitUses(workers.flatMap((worker) => worker.latest.limits ?? [])),
    };
  }

  /** Shards of one worker tell the same shares: each counts by the length of its interval, so their mean stays the same. */
  #addMeasured({ health, intervalMs }: MetricsSnapshot, sum: WorkerSum): void {
    const { stampErrorBound, eventLoopDelay, runQueueDelayRatio, clockErrorMs } = health;
    if (stampErrorBound !== undefined) this.#stampErrorBound.merge(stampErrorBound);
    if (eventLoopDelay !== undefined) this.#eventLoopDelay.merge(eventLoopDelay);
    if (runQueueDelayRatio !== undefined) {
      sum.queuedMs += runQueueDelayRatio * intervalMs;
      sum.queueKnownMs += intervalMs;
    }
    if (clockErrorMs !== undefined) sum.clockErrorMs = Math.max(sum.clockErrorMs ?? 0, clockErrorMs);
  }

  #most(figure: (worker: WorkerSum) => number | undefined): number | undefined {
    const figures = [...this.#workers.values()].map(figure).filter((value) => value !== undefined);
    return figures.length === 0 ? undefined : Math.max(...figures);
  }
}

function emptySum(latest: GeneratorHealth): WorkerSum {
  return {
    samples: 0,
    cpuSum: 0,
    peakRssBytes: 0,
    queuedMs: 0,
    queueKnownMs: 0,
    clockErrorMs: undefined,
    latest,
  };
}

function p99(trend: Trend): number | undefined {
  return trend.count === 0 ? undefined : trend.quantile(0.99);
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
