import type { Scenario } from './scenario/scenario.ts';

/** Everything a worker needs to know of a run but the data sets and the secrets. JSON-serialisable. */
export interface RunPlan {
  readonly runId: string;
  readonly scenario: Scenario;
  readonly shards: readonly ShardSlice[];
  /** Length of a snapshot's interval. */
  readonly snapshotIntervalMs: number;
}

/** Which part of a region's schedule a shard is: arrivals with `index % count === slice`. */
export interface ShardSlice {
  /** Unique in the run, from 0. */
  readonly shard: number;
  readonly region: string;
  readonly slice: number;
  readonly count: number;
}

/** A unit of work that one worker holds at a time and that may move between workers. */
export interface Shard extends ShardSlice {
  readonly plan: RunPlan;
}

/** Facts about a run, in the order in which they became known. */
export type RunEvent =
  | { readonly type: 'worker-ready'; readonly workerId: string; readonly region: string }
  | { readonly type: 'warmed-up'; readonly shard: number }
  /** Workers start the schedule at this wall-clock time of the transport's clock. */
  | { readonly type: 'run-start'; readonly startAtEpochMs: number }
  /** No request starts after it; those in flight may finish within their graceful stop (`drain`) or are cancelled (`now`). */
  | { readonly type: 'run-stop'; readonly mode: 'drain' | 'now'; readonly reason: StopReason }
  | { readonly type: 'worker-failed'; readonly workerId: string; readonly message: string };

export type StopReason = 'interrupted' | 'threshold' | 'infrastructure';
