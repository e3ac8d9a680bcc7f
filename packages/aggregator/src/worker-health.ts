import { Trend, mergeLimitUses } from '@tokenstorm/core';
import type {
  EncodedTrend,
  GeneratorHealth,
  GeneratorInput,
  LimitUse,
  MetricsSnapshot,
  Travel,
} from '@tokenstorm/core';

/** What the run cost its generator, over all workers. */
export interface HealthSummary {
  readonly workers: number;
  readonly workersByRegion: Readonly<Record<string, number>>;
  /** Mean CPU ratio of the busiest worker. */
  readonly cpuRatio: number | undefined;
  /** Largest resident set of one worker. */
  readonly peakRssBytes: number | undefined;
  /** p99 of the bound of the time stamps' error, over all measured content events; see `GeneratorHealth`. */
  readonly stampErrorBoundP99Ms: number | undefined;
  readonly eventLoopDelayP99Ms: number | undefined;
  /** Share of the measured time, of the worker that waited most for a CPU. */
  readonly runQueueDelayRatio: number | undefined;
  /** Largest of one worker, as is the bound. */
  readonly clockErrorMs: number | undefined;
  readonly clockErrorBoundMs: number | undefined;
  readonly travel: Travel;
  /** How the token buckets went, one entry for each provider that has any. */
  readonly limits: readonly LimitUse[];
}

/** What runs in one region, as the last snapshots tell it. */
export interface RegionHealth {
  readonly region: string;
  readonly inFlight: number;
  /** Of its busiest worker; undefined where none has spoken yet. */
  readonly cpuRatio: number | undefined;
}

interface WorkerSum {
  readonly region: string;
  samples: number;
  cpuSum: number;
  peakRssBytes: number;
  /** Of the measured intervals that say something of it. */
  queuedMs: number;
  queueKnownMs: number;
  clockErrorMs: number | undefined;
  clockErrorBoundMs: number | undefined;
  latest: LatestHealth;
}

type LatestHealth = Omit<GeneratorHealth, 'stampErrorBound' | 'eventLoopDelay'>;

/** A `WorkerHealth` as plain data. */
export interface WorkerHealthState {
  readonly workers: readonly (readonly [workerId: string, sum: WorkerSum])[];
  readonly inFlight: readonly (readonly [shard: number, byEpoch: readonly (readonly [number, number])[]])[];
  readonly stampErrorBound: EncodedTrend;
  readonly eventLoopDelay: EncodedTrend;
}

/**
 * Adds up the health of the workers as their snapshots tell it. What the validity is judged by counts from the interval on
 * in which the measured part of the run begins: what the generator did during the warm-up blurs no number.
 */
export class WorkerHealth {
  readonly #measuredFromMs: number;
  #workers = new Map<string, WorkerSum>();
  /** By shard and epoch: those of a shard that was given back are under way where they began. */
  #inFlight = new Map<number, Map<number, number>>();
  readonly #stampErrorBound = new Trend();
  readonly #eventLoopDelay = new Trend();

  /** `measuredFromMs`: end of the warm-up, ms from the run's start. */
  constructor(measuredFromMs: number) {
    this.#measuredFromMs = measuredFromMs;
  }

  state(): WorkerHealthState {
    return {
      workers: [...this.#workers],
      inFlight: [...this.#inFlight].map(([shard, byEpoch]) => [shard, [...byEpoch]]),
      stampErrorBound: this.#stampErrorBound.encode(),
      eventLoopDelay: this.#eventLoopDelay.encode(),
    };
  }

  restore({ workers, inFlight, stampErrorBound, eventLoopDelay }: WorkerHealthState): void {
    this.#workers = new Map(workers);
    this.#inFlight = new Map(inFlight.map(([shard, byEpoch]) => [shard, new Map(byEpoch)]));
    this.#stampErrorBound.merge(stampErrorBound);
    this.#eventLoopDelay.merge(eventLoopDelay);
  }

  add(snapshot: MetricsSnapshot): void {
    const { workerId, region, health } = snapshot;
    this.#addInFlight(snapshot);
    const { stampErrorBound: _stamps, eventLoopDelay: _delay, ...latest } = health;
    const sum = this.#workers.get(workerId) ?? emptySum(region, latest);
    sum.samples += 1;
    sum.cpuSum += health.cpuRatio;
    sum.peakRssBytes = Math.max(sum.peakRssBytes, health.rssBytes);
    sum.latest = latest;
    this.#workers.set(workerId, sum);
    if (snapshot.intervalStartMs + snapshot.intervalMs > this.#measuredFromMs)
      this.#addMeasured(snapshot, sum);
  }

  /** Requests under way in all shards. */
  get inFlight(): number {
    let sum = 0;
    for (const byEpoch of this.#inFlight.values()) for (const count of byEpoch.values()) sum += count;
    return sum;
  }

  /** The regions that anything was heard of, by name. */
  regions(regionOf: (shard: number) => string): RegionHealth[] {
    const inFlight = new Map<string, number>();
    for (const [shard, byEpoch] of this.#inFlight) {
      const region = regionOf(shard);
      let sum = inFlight.get(region) ?? 0;
      for (const count of byEpoch.values()) sum += count;
      inFlight.set(region, sum);
    }
    return [...inFlight.keys()].toSorted().map((region) => ({
      region,
      inFlight: inFlight.get(region) ?? 0,
      cpuRatio: busiest([...this.#workers.values()].filter((worker) => worker.region === region)),
    }));
  }

  /** The worker of this epoch is gone: nothing of it is under way any more. */
  end(shard: number, epoch: number): void {
    this.#inFlight.get(shard)?.delete(epoch);
  }

  /** CPU ratio of the busiest worker, as last told. */
  get cpuRatio(): number | undefined {
    return this.#most((worker) => worker.latest.cpuRatio);
  }

  summary(): HealthSummary {
    const workers = [...this.#workers.values()];
    return {
      workers: workers.length,
      workersByRegion: countBy(workers.map(({ region }) => region)),
      cpuRatio: this.#most((worker) => worker.cpuSum / worker.samples),
      peakRssBytes: this.#most((worker) => worker.peakRssBytes),
      stampErrorBoundP99Ms: p99(this.#stampErrorBound),
      eventLoopDelayP99Ms: p99(this.#eventLoopDelay),
      runQueueDelayRatio: this.#most(({ queuedMs, queueKnownMs }) =>
        queueKnownMs === 0 ? undefined : queuedMs / queueKnownMs,
      ),
      clockErrorMs: this.#most((worker) => worker.clockErrorMs),
      clockErrorBoundMs: this.#most((worker) => worker.clockErrorBoundMs),
      travel: workers.map((worker) => worker.latest.travel).reduce(addTravel, noTravel),
      limits: mergeLimitUses(workers.flatMap((worker) => worker.latest.limits ?? [])),
    };
  }

  #addInFlight({ shard, epoch, final, last = false, health }: MetricsSnapshot): void {
    const byEpoch = this.#inFlight.get(shard) ?? new Map<number, number>();
    this.#inFlight.set(shard, byEpoch);
    byEpoch.set(epoch, health.inFlight);
    if (final || last) byEpoch.delete(epoch);
  }

  /** Shards of one worker tell the same shares: each counts by the length of its interval, so their mean stays the same. */
  #addMeasured({ health, intervalMs }: MetricsSnapshot, sum: WorkerSum): void {
    const { stampErrorBound, eventLoopDelay, runQueueDelayRatio } = health;
    if (stampErrorBound !== undefined) this.#stampErrorBound.merge(stampErrorBound);
    if (eventLoopDelay !== undefined) this.#eventLoopDelay.merge(eventLoopDelay);
    if (runQueueDelayRatio !== undefined) {
      sum.queuedMs += runQueueDelayRatio * intervalMs;
      sum.queueKnownMs += intervalMs;
    }
    sum.clockErrorMs = larger(sum.clockErrorMs, health.clockErrorMs);
    sum.clockErrorBoundMs = larger(sum.clockErrorBoundMs, health.clockErrorBoundMs);
  }

  #most(figure: (worker: WorkerSum) => number | undefined): number | undefined {
    const figures = [...this.#workers.values()].map(figure).filter((value) => value !== undefined);
    return figures.length === 0 ? undefined : Math.max(...figures);
  }
}

/** The same for a report: what is unknown is absent. */
export function generatorInput(health: HealthSummary): GeneratorInput {
  const { cpuRatio, peakRssBytes, clockErrorMs, clockErrorBoundMs } = health;
  const { stampErrorBoundP99Ms, eventLoopDelayP99Ms, runQueueDelayRatio } = health;
  return {
    ...(stampErrorBoundP99Ms !== undefined && { stampErrorBoundP99Ms }),
    ...(eventLoopDelayP99Ms !== undefined && { eventLoopDelayP99Ms }),
    ...(runQueueDelayRatio !== undefined && { runQueueDelayRatio }),
    ...(clockErrorMs !== undefined && { clockErrorMs }),
    ...(clockErrorBoundMs !== undefined && { clockErrorBoundMs }),
    ...(cpuRatio !== undefined && { cpuRatio }),
    ...(peakRssBytes !== undefined && { rssBytes: peakRssBytes }),
  };
}

function busiest(workers: readonly WorkerSum[]): number | undefined {
  return workers.length === 0 ? undefined : Math.max(...workers.map(({ latest }) => latest.cpuRatio));
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function emptySum(region: string, latest: LatestHealth): WorkerSum {
  return {
    region,
    samples: 0,
    cpuSum: 0,
    peakRssBytes: 0,
    queuedMs: 0,
    queueKnownMs: 0,
    clockErrorMs: undefined,
    clockErrorBoundMs: undefined,
    latest,
  };
}

function larger(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
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
