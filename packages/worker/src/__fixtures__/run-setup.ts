import { defaultExecution } from '@tokenstorm/core';
import type {
  CommitResult,
  IterationRange,
  IterationRequest,
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

export interface TestLeaseOptions {
  readonly shard?: number;
  /** What a commit comes to; without one it is stored. */
  readonly answer?: (snapshot: MetricsSnapshot) => CommitResult | Promise<CommitResult>;
  readonly epoch?: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly reserved?: Readonly<Record<string, number>>;
  /** The run's counters, shared with other leases. */
  readonly counters?: Map<string, number>;
}

/** A lease that keeps what is committed, until it is made to end. */
export class TestLease implements ShardLease {
  readonly shard: Shard;
  readonly epoch: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly reserved: Record<string, number>;
  readonly snapshots: MetricsSnapshot[] = [];
  readonly checkpoints: ShardCheckpoint[] = [];
  /** How many iterations each draw asked for. */
  readonly wanted: number[] = [];
  isHeld = true;
  readonly #answer: (snapshot: MetricsSnapshot) => CommitResult | Promise<CommitResult>;
  readonly #counters: Map<string, number>;

  constructor(plan: RunPlan, options: TestLeaseOptions = {}) {
    this.shard = { ...plan.shards[options.shard ?? 0]!, plan };
    this.epoch = options.epoch ?? 1;
    if (options.checkpoint !== undefined) this.checkpoint = options.checkpoint;
    this.reserved = { ...options.reserved };
    this.#answer = options.answer ?? (() => 'stored');
    this.#counters = options.counters ?? new Map<string, number>();
  }

  async commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult> {
    const result = await this.#answer(snapshot);
    if (result === 'stored' || result === 'late') {
      this.snapshots.push(snapshot);
      this.checkpoints.push(checkpoint);
    }
    return result;
  }

  async reserve({ loadKey, counter, wanted, limit }: IterationRequest): Promise<IterationRange> {
    this.wanted.push(wanted);
    const first = this.#counters.get(counter) ?? 0;
    const count = this.isHeld ? Math.min(wanted, limit - first) : 0;
    this.#counters.set(counter, first + count);
    this.reserved[loadKey] = (this.reserved[loadKey] ?? 0) + count;
    return { first, count };
  }

  mayStillSend(): boolean {
    return this.isHeld;
  }
}

/** As much of a transport as a shard that is given its lease asks for; `appended` keeps the events. */
export function transportOf(): Transport & { readonly appended: readonly RunEvent[] } {
  const appended: RunEvent[] = [];
  return {
    appended,
    events: () => ({ append: async (event) => void appended.push(event), read: unused, trim: unused }),
    limiter: () => ({
      take: async () => ({ granted: true, overdueMs: 0 }),
      settle: async () => {},
      lower: async () => {},
    }),
    budget: unused,
    datasets: { put: unused, get: unused, agree: unused },
    shards: { enqueue: unused, work: unused },
    aggregations: { enqueue: unused, work: unused },
    snapshots: unused,
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

/** A shard that is nobody else's. */
export const unlimited = { mayStart: () => true, maySend: () => true, isInDoubt: false };
