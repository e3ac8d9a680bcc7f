import type {
  CallSummary,
  LoadCourse,
  ReportGap,
  ReportWindow,
  SeriesTotals,
  ThresholdResult,
} from '@tokenstorm/core';
import type { RunEpochs } from './run-epochs.ts';
import type { ShardGap } from './shard-epochs.ts';
import type { HealthSummary, RegionHealth } from './worker-health.ts';

/** How the run stands, each time another part of it is known. */
export interface RunStatus {
  /** From the run's start. */
  readonly knownUpToMs: number;
  /** Of everything up to then. */
  readonly totals: SeriesTotals;
  /** The last seconds, in windows of one snapshot interval. */
  readonly recent: readonly SeriesTotals[];
  readonly recentMs: number;
  readonly inFlight: number;
  readonly cpuRatio: number | undefined;
  /** What the run has cost its generator so far, as it is when it is asked for; so are those below. */
  readonly health: () => HealthSummary;
  readonly regions: () => readonly RegionHealth[];
  /** The loads that are long enough to follow. */
  readonly courses: () => readonly LoadCourse[];
  /** What the scenario's threshold of this number would come to if the run were over. */
  readonly threshold: (index: number) => ThresholdResult;
}

/** The sum of a run. */
export interface RunResult extends ResultEnding {
  readonly totals: SeriesTotals;
  readonly windows: readonly ReportWindow[];
  readonly thresholds: readonly ThresholdResult[];
  readonly courses: readonly LoadCourse[];
  readonly calls: readonly CallSummary[];
  readonly health: HealthSummary;
  /** Ms from the run's start to the last snapshot's end. */
  readonly endMs: number;
  /** The loss that ended it, where `on_worker_loss` says so. */
  readonly lostWorker?: LostWorker;
}

/** Who was lost first. */
export interface LostWorker {
  readonly shard: number;
  readonly region: string;
  /** Nothing is known of the shard after so many ms from the run's start. */
  readonly atMs: number;
}

/** What is missing in a sum, and how its shards went from worker to worker. */
export interface ResultEnding {
  /** Shards whose last snapshot never came. */
  readonly missing: readonly MissingShard[];
  /** Where requests are lost: shards without a holder for a time, or, at the end, for good. By start, then region. */
  readonly gaps: readonly ReportGap[];
  /** How often a shard went on with another worker: given back by the one before, or after its loss. */
  readonly takeOvers: { readonly yields: number; readonly losses: number };
}

export interface MissingShard {
  readonly shard: number;
  readonly region: string;
  /** Nothing is known of it after so many ms from the run's start. */
  readonly sinceMs: number;
  /** Its requests without an outcome. Those that it should have started since nobody counts. */
  readonly lost: number;
}

/** The ending of a run of whose epochs nothing more will come; `endMs` is that of its last snapshot. */
export function resultEnding(epochs: RunEpochs, endMs: number): ResultEnding {
  const missing = epochs.undone.map(({ slice: { shard, region }, upToMs, lostSinceGap }) => ({
    shard,
    region,
    sinceMs: upToMs,
    lost: lostSinceGap,
  }));
  const toTheEnd = missing.map(({ sinceMs, ...gap }) => ({ ...gap, startMs: sinceMs, endMs }));
  const takeOvers = (after: 'yield' | 'loss') =>
    epochs.all.reduce((sum, shard) => sum + shard.takeOvers(after), 0);
  return {
    missing,
    gaps: gapsByRegion([...epochs.all.flatMap(({ gaps }) => gaps), ...toTheEnd]),
    takeOvers: { yields: takeOvers('yield'), losses: takeOvers('loss') },
  };
}

/** Gaps of a region that overlap or touch as one; in whole ms. */
export function gapsByRegion(gaps: readonly ShardGap[]): ReportGap[] {
  const regions = Map.groupBy(gaps, ({ region }) => region);
  return [...regions]
    .flatMap(([region, ofRegion]) => overlapping(ofRegion).map((group) => asOne(region, group)))
    .toSorted((a, b) => a.start_ms - b.start_ms || (a.region < b.region ? -1 : 1));
}

function overlapping(gaps: readonly ShardGap[]): ShardGap[][] {
  const groups: ShardGap[][] = [];
  let endMs = -Infinity;
  for (const gap of gaps.toSorted((a, b) => a.startMs - b.startMs)) {
    if (gap.startMs > endMs) groups.push([]);
    groups.at(-1)!.push(gap);
    endMs = Math.max(endMs, gap.endMs);
  }
  return groups;
}

function asOne(region: string, gaps: readonly ShardGap[]): ReportGap {
  return {
    region,
    start_ms: Math.round(Math.min(...gaps.map(({ startMs }) => startMs))),
    end_ms: Math.round(Math.max(...gaps.map(({ endMs }) => endMs))),
    shards: new Set(gaps.map(({ shard }) => shard)).size,
    lost: gaps.reduce((sum, { lost }) => sum + lost, 0),
  };
}
