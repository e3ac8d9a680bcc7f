import { defaultExecution } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan, Scenario, Shard, ShardCheckpoint } from '@tokenstorm/core';

const scenario: Scenario = {
  name: 'conformance',
  seed: 1,
  regions: [{ name: 'eu', weight: 1 }],
  targets: [],
  workloads: [],
  limits: [],
  execution: defaultExecution,
  thresholds: [],
  exports: [],
};

/** A plan of so many shards, all in region `eu`. */
export function planOf(count: number, runId = 'run1'): RunPlan {
  const shards = Array.from({ length: count }, (_, slice) => ({ shard: slice, region: 'eu', slice, count }));
  return { runId, scenario, shards, snapshotIntervalMs: 1000 };
}

export function shardsOf(count: number, runId = 'run1'): Shard[] {
  const plan = planOf(count, runId);
  return plan.shards.map((slice) => ({ ...slice, plan }));
}

/** Where shard 0 stands after its first epoch's commit of this sequence. */
export function checkpointOf(sequence: number, given: Partial<ShardCheckpoint> = {}): ShardCheckpoint {
  return {
    epoch: 1,
    sequence,
    accountedUpToMs: sequence * 1000,
    inFlight: 0,
    positions: { 'chat/openai': sequence * 10 },
    yielded: false,
    final: false,
    ...given,
  };
}

const labels = { provider: 'p', model: 'm', scenario: 's', region: 'eu', phase: 'main' } as const;

const ttft = {
  count: 1,
  sum: 5.5,
  sumOfSquares: 30.25,
  min: 5.5,
  max: 5.5,
  hdr: Uint8Array.of(0, 255, 128, 10),
};

/** A snapshot with something in each of its fields. */
export function snapshotOf(sequence: number, given: Partial<MetricsSnapshot> = {}): MetricsSnapshot {
  const accounting = { scheduled: 2, completed: 1, failed: 1, dropped: 0, lost: 0, cancelled: 0 };
  const travel = { paths: ['wire'], connectionsOpened: 2, redirects: 0, decodedResponses: 0 };
  return {
    version: 1,
    runId: 'run1',
    shard: 0,
    epoch: 1,
    sequence,
    final: false,
    takeOver: {
      after: 'loss',
      gapStartMs: 10.5,
      gapEndMs: 20.25,
      scheduledBefore: [{ labels, scheduled: 7 }],
    },
    region: 'eu',
    workerId: 'w1',
    intervalStartMs: (sequence - 1) * 1000,
    intervalMs: 1000,
    series: [{ labels, accounting, counters: { attempts: 2 }, errors: { reset: 1 }, trends: { ttft } }],
    calls: [],
    health: { cpuRatio: 0.1, rssBytes: 1e6, inFlight: 3, travel },
    ...given,
  };
}
