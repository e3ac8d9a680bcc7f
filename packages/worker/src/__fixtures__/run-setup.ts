import { defaultExecution } from '@tokenstorm/core';
import type {
  CommitResult,
  MetricsSnapshot,
  RunEvent,
  RunPlan,
  Scenario,
  Shard,
  ShardCheckpoint,
  ShardLease,
  Transport,
  Workload,
} from '@tokenstorm/core';
import { systemClock } from '../wire/__fixtures__/exchange.ts';

/** A plan with one target, `own/m`, one region and so many shards. */
export function planOf(
  workloads: readonly Workload[],
  baseUrl = 'http://127.0.0.1:1',
  { execution = {}, shards = 1 }: { execution?: Partial<Scenario['execution']>; shards?: number } = {},
): RunPlan {
  return {
    runId: 'run1',
    scenario: {
      name: 'test',
      seed: 1,
      regions: [{ name: 'eu', weight: 1 }],
      targets: [
        {
          key: 'own/m',
          provider: 'own',
          type: 'openai-compatible',
          endpoint: 'chat',
          model: 'm',
          baseUrl,
          headers: {},
          query: {},
          tls: { insecure: false },
          http2: false,
        },
      ],
      workloads,
      limits: [],
      execution: { ...defaultExecution, ...execution },
      thresholds: [],
      exports: [],
    },
    shards: Array.from({ length: shards }, (_, slice) => ({
      shard: slice,
      region: 'eu',
      slice,
      count: shards,
    })),
    snapshotIntervalMs: 1000,
  };
}

/** A lease that keeps what is committed. `answer` decides what a commit comes to; without one it is stored. */
export class TestLease implements ShardLease {
  readonly shard: Shard;
  readonly epoch = 1;
  readonly snapshots: MetricsSnapshot[] = [];
  readonly checkpoints: ShardCheckpoint[] = [];
  readonly #answer: (snapshot: MetricsSnapshot) => CommitResult | Promise<CommitResult>;

  constructor(
    plan: RunPlan,
    {
      shard = 0,
      answer = () => 'stored',
    }: { shard?: number; answer?: (snapshot: MetricsSnapshot) => CommitResult | Promise<CommitResult> } = {},
  ) {
    this.shard = { ...plan.shards[shard]!, plan };
    this.#answer = answer;
  }

  async commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult> {
    const result = await this.#answer(snapshot);
    if (result === 'stored') {
      this.snapshots.push(snapshot);
      this.checkpoints.push(checkpoint);
    }
    return result;
  }

  mayStillSend(): boolean {
    return true;
  }
}

/** As much of a transport as a shard that is given its lease asks for; `events` keeps what was appended. */
export function transportOf(): Transport & { readonly appended: readonly RunEvent[] } {
  const appended: RunEvent[] = [];
  let taken = 0;
  return {
    appended,
    events: { append: async (event) => void appended.push(event), read: unused, trim: unused },
    limiter: {
      take: async () => ({ granted: true, overdueMs: 0 }),
      settle: async () => {},
      lower: async () => {},
    },
    iterations: {
      reserve: async (_key, wanted, limit) => {
        const range = { first: taken, count: Math.min(wanted, limit - taken) };
        taken += range.count;
        return range;
      },
    },
    datasets: { put: unused, get: unused },
    shards: { enqueue: unused, work: unused },
    snapshots: { append: unused, read: unused, trim: unused },
    clock: systemClock,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** The sum over all snapshots of one phase. */
export function accountingOf(
  snapshots: readonly Pick<MetricsSnapshot, 'series'>[],
  phase: 'main' | 'warmup' = 'main',
) {
  const sum = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };
  for (const { labels, accounting } of snapshots.flatMap((snapshot) => snapshot.series)) {
    if (labels.phase !== phase) continue;
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += accounting[key];
  }
  return sum;
}

/** Resolves once it holds; looks every few ms. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

function unused(): never {
  throw new Error('nothing asks for this');
}
