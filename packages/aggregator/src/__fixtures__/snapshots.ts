import { Trend, defaultExecution } from '@tokenstorm/core';
import type {
  Accounting,
  AggregationLease,
  CallSummary,
  LogEntry,
  MetricsSnapshot,
  RunEvent,
  RunPlan,
  SeriesLabels,
  SnapshotSeries,
  ThresholdSource,
  Transport,
  TrendName,
  Workload,
} from '@tokenstorm/core';

const nothing: Accounting = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };

/** One series; all that is not given is zero. */
export function series(
  accounting: Partial<Accounting>,
  {
    labels = {},
    counters = {},
    values = {},
  }: {
    readonly labels?: Partial<SeriesLabels>;
    readonly counters?: SnapshotSeries['counters'];
    readonly values?: Readonly<Partial<Record<TrendName, readonly number[]>>>;
  } = {},
): SnapshotSeries {
  return {
    labels: { provider: 'own', model: 'm', scenario: 'load', region: 'eu', phase: 'main', ...labels },
    accounting: { ...nothing, ...accounting },
    counters,
    errors: {},
    trends: Object.fromEntries(Object.entries(values).map(([name, list]) => [name, encoded(list)])),
  };
}

function encoded(values: readonly number[]) {
  const trend = new Trend();
  trend.recordAll(values);
  return trend.encode();
}

export interface SnapshotChange extends Partial<MetricsSnapshot> {
  /** The interval that it covers, in whole seconds from the run's start: the same number as its sequence less 1 where absent. */
  readonly second?: number;
}

/** A snapshot of shard 0 over one second. */
export function snapshot(
  sequence: number,
  { second = sequence - 1, ...change }: SnapshotChange = {},
): MetricsSnapshot {
  return {
    version: 1,
    runId: 'run1',
    shard: 0,
    epoch: 1,
    sequence,
    final: false,
    region: 'eu',
    workerId: 'w1',
    intervalStartMs: second * 1000,
    intervalMs: 1000,
    series: [],
    calls: [],
    health: {
      cpuRatio: 0,
      rssBytes: 0,
      inFlight: 0,
      travel: { paths: [], connectionsOpened: 0, redirects: 0, decodedResponses: 0 },
    },
    ...change,
  };
}

/** A completed call of the main phase. */
export function call(startMs: number, e2eMs: number, change: Partial<CallSummary> = {}): CallSummary {
  const { labels } = series({});
  return { labels, startMs, outcome: 'completed', e2eMs, ...change };
}

/** A run of `seconds`, its first `warmup` of them warm-up, with so many shards. */
export function planOf({
  shards = 1,
  seconds = 60,
  warmup = 0,
  thresholds = [],
}: {
  readonly shards?: number;
  readonly seconds?: number;
  readonly warmup?: number;
  readonly thresholds?: readonly ThresholdSource[];
} = {}): RunPlan {
  const workload: Workload = {
    name: 'load',
    targets: ['own/m'],
    load: {
      executor: 'constant-vus',
      vus: 1,
      durationMs: seconds * 1000,
      thinkTimeMs: { kind: 'fixed', value: 0 },
    },
    startAfterMs: 0,
    warmupMs: warmup * 1000,
    gracefulStopMs: 0,
    prompts: { kind: 'messages', messages: [] },
    cacheBust: false,
    stream: true,
    extraBody: {},
    headers: {},
    slo: {},
    timeouts: { connectMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 },
  };
  return {
    runId: 'run1',
    scenario: {
      name: 'test',
      seed: 1,
      regions: [{ name: 'eu', weight: 1 }],
      targets: [],
      workloads: [workload],
      limits: [],
      execution: defaultExecution,
      thresholds,
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

/** A threshold; `window` in seconds. */
export function threshold(
  metric: string,
  expression: string,
  { window, abortOnFail = false, delay = 0 }: { window?: number; abortOnFail?: boolean; delay?: number } = {},
): ThresholdSource {
  return {
    metric,
    expression,
    ...(window !== undefined && { windowMs: window * 1000 }),
    abortOnFail,
    delayAbortEvalMs: delay * 1000,
  };
}

/** The snapshots as a log, which ends a reader only by its signal, the right to fold them, and the events that were appended. */
export function transportOf(snapshots: readonly MetricsSnapshot[], plan: RunPlan) {
  const events: RunEvent[] = [];
  const folded: string[] = [];
  const transport: Pick<Transport, 'snapshots' | 'events'> = {
    snapshots: () => ({ append: unused, read: ({ signal }) => entries(snapshots, signal), trim: unused }),
    events: () => ({
      append: async (event) => void events.push(event),
      read: ({ signal }) => entries([], signal),
      trim: unused,
    }),
  };
  const lease: AggregationLease = {
    plan,
    advance: async (id) => folded.push(id) > 0,
    mayStillWrite: () => true,
    endEpoch: async () => undefined,
  };
  const clock = { nowMs: () => 0, epochMs: () => 0 };
  return { parts: { transport, lease, clock }, events, folded };
}

async function* entries<T>(values: readonly T[], signal: AbortSignal): AsyncGenerator<LogEntry<T>> {
  for (const [index, value] of values.entries()) {
    if (signal.aborted) return;
    yield { id: String(index + 1), value };
  }
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function unused(): never {
  throw new Error('nothing asks for this');
}
