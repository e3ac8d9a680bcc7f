import { Trend, addAccounting, labelsKey } from '@tokenstorm/core';
import type {
  EncodedTrend,
  GeneratorHealth,
  MetricsSnapshot,
  PromptUse,
  SnapshotSeries,
} from '@tokenstorm/core';
import { CallList } from './call-list.ts';

/** Every key of `T` must be given, so that what is added to it cannot be forgotten here; `undefined` is left out. */
type Complete<T> = { [Key in keyof Required<T>]: T[Key] | undefined };

/**
 * One snapshot in place of several, at least one, that follow each other in one epoch of a shard: it covers all their
 * time, and every sum over it is the sum over them. It has the sequence of the last one, so that whoever folds it takes
 * the others for known. Of the calls a bounded number stays.
 */
export function mergeSnapshots(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const first = snapshots[0]!;
  const last = snapshots.at(-1)!;
  if (snapshots.length === 1) return first;
  const calls = new CallList();
  for (const snapshot of snapshots) calls.add(snapshot.calls);
  const takeOver = snapshots.find((snapshot) => snapshot.takeOver !== undefined)?.takeOver;
  return {
    ...last,
    ...(takeOver !== undefined && { takeOver }),
    intervalStartMs: first.intervalStartMs,
    intervalMs: last.intervalStartMs + last.intervalMs - first.intervalStartMs,
    series: mergeAllSeries(snapshots.flatMap(({ series }) => series)),
    calls: calls.all(),
    health: mergeHealth(snapshots),
  };
}

/** One series for each label set, in the order in which they came. */
function mergeAllSeries(all: readonly SnapshotSeries[]): SnapshotSeries[] {
  const groups = Map.groupBy(all, ({ labels }) => labelsKey(labels));
  return [...groups.values()].map((group) => group.reduce(addSeries));
}

function addSeries(left: SnapshotSeries, right: SnapshotSeries): SnapshotSeries {
  return defined<SnapshotSeries>({
    labels: left.labels,
    accounting: addAccounting(left.accounting, right.accounting),
    counters: addNumbers(left.counters, right.counters),
    errors: addNumbers(left.errors, right.errors),
    attemptErrors: either(left.attemptErrors, right.attemptErrors, addNumbers),
    prompts: either(left.prompts, right.prompts, addPrompts),
    trends: mergeTrends(left.trends, right.trends),
  });
}

/** Of a shard's snapshots: the CPU and run-queue shares are those of the whole time, the rest the worst or the latest. */
function mergeHealth(snapshots: readonly MetricsSnapshot[]): GeneratorHealth {
  const all = snapshots.map(({ health }) => health);
  const latest = all.at(-1)!;
  const mean = (figure: (health: GeneratorHealth) => number | undefined) => {
    const known = snapshots.filter(({ health }) => figure(health) !== undefined);
    const totalMs = known.reduce((sum, { intervalMs }) => sum + intervalMs, 0);
    const sum = known.reduce((total, { health, intervalMs }) => total + figure(health)! * intervalMs, 0);
    return totalMs > 0 ? sum / totalMs : known[0] && figure(known[0].health);
  };
  return defined<GeneratorHealth>({
    cpuRatio: mean((health) => health.cpuRatio),
    rssBytes: Math.max(...all.map(({ rssBytes }) => rssBytes)),
    inFlight: latest.inFlight,
    stampErrorBound: all.map((health) => health.stampErrorBound).reduce(mergeTrend),
    eventLoopDelay: all.map((health) => health.eventLoopDelay).reduce(mergeTrend),
    runQueueDelayRatio: mean((health) => health.runQueueDelayRatio),
    clockErrorMs: all.map(({ clockErrorMs }) => clockErrorMs).reduce(larger),
    clockErrorBoundMs: all.map(({ clockErrorBoundMs }) => clockErrorBoundMs).reduce(larger),
    travel: latest.travel,
    limits: latest.limits,
  });
}

function mergeTrends(
  left: SnapshotSeries['trends'],
  right: SnapshotSeries['trends'],
): SnapshotSeries['trends'] {
  const merged: Record<string, EncodedTrend | undefined> = { ...left };
  for (const [name, trend] of Object.entries(right)) merged[name] = mergeTrend(merged[name], trend);
  return merged;
}

function mergeTrend(
  left: EncodedTrend | undefined,
  right: EncodedTrend | undefined,
): EncodedTrend | undefined {
  return either(left, right, (one, other) => {
    const sum = new Trend();
    sum.merge(one);
    sum.merge(other);
    return sum.encode();
  });
}

function addPrompts(left: PromptUse, right: PromptUse): PromptUse {
  return {
    sent: left.sent + right.sent,
    unique: left.unique + right.unique,
    rows: [...left.rows, ...right.rows],
  };
}

function addNumbers<Key extends string>(
  left: Readonly<Partial<Record<Key, number>>>,
  right: Readonly<Partial<Record<Key, number>>>,
): Partial<Record<Key, number>> {
  const sums: Partial<Record<string, number>> = { ...left };
  for (const [key, value] of Object.entries<number | undefined>(right)) {
    sums[key] = (sums[key] ?? 0) + (value ?? 0);
  }
  return sums;
}

function larger(left: number | undefined, right: number | undefined): number | undefined {
  return either(left, right, Math.max);
}

/** Both put together, or the one there is. */
function either<T>(left: T | undefined, right: T | undefined, both: (left: T, right: T) => T): T | undefined {
  return left === undefined || right === undefined ? (left ?? right) : both(left, right);
}

/** What `T` requires is never undefined where it is not in its parts. */
function defined<T extends object>(values: Complete<T>): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
