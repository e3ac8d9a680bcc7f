import type { ExitCode } from './errors.ts';
import type { Scenario } from './scenario/scenario.ts';

/** Everything a worker needs to know of a run but the data sets and the secrets. JSON-serialisable. */
export interface RunPlan {
  readonly runId: string;
  /** Who sends: this machine (`local`, the default), or the workers that share a Redis. */
  readonly mode?: 'local' | 'distributed';
  readonly scenario: Scenario;
  readonly shards: readonly ShardSlice[];
  /** Length of a snapshot's interval. */
  readonly snapshotIntervalMs: number;
  /** Each worker asks the servers of its region, before the start, whether they can serve the run. Absent: nobody, or whoever made the plan has. */
  readonly preflight?: boolean;
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

/** Names one load of a shard: a workload against one of its targets. */
export function loadKey(workload: string, target: string): string {
  return `${workload}/${target}`;
}

/** Facts about a run, in the order in which they became known. */
export type RunEvent =
  | { readonly type: 'worker-ready'; readonly workerId: string; readonly region: string }
  | { readonly type: 'warmed-up'; readonly shard: number }
  /** What may be wrong, and does not keep the run from its start. */
  | { readonly type: 'worker-doubt'; readonly workerId: string; readonly message: string }
  /** Workers start the schedule at this wall-clock time of the transport's clock. */
  | { readonly type: 'run-start'; readonly startAtEpochMs: number }
  /** No request starts after it; those in flight may finish within their graceful stop (`drain`) or are cancelled (`now`). */
  | {
      readonly type: 'run-stop';
      readonly mode: 'drain' | 'now';
      readonly reason: StopReason;
      /** When it was asked for, on the transport's clock. */
      readonly atEpochMs?: number;
    }
  | {
      readonly type: 'worker-failed';
      readonly workerId: string;
      readonly message: string;
      /** What the user can do about it, and the exit code that goes with it; absent for a fault of ours. */
      readonly hint?: string;
      readonly exitCode?: ExitCode;
    };

export type StopReason = 'interrupted' | 'threshold' | 'budget' | 'infrastructure';
