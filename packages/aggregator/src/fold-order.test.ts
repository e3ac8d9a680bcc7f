import { Random } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan, ThresholdSource } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { Aggregator } from './aggregator.ts';
import { call, planOf, series, snapshot, threshold, transportOf } from './__fixtures__/snapshots.ts';

const cases = 150;
const shardCount = 3;

const overTheRun = [
  threshold('errors', 'rate < 70%', { abortOnFail: true, delay: 3 }),
  threshold('ttft', 'p(90) < 3s'),
];
const overWindows = [
  threshold('ttft', 'max < 4000ms', { window: 2 }),
  threshold('requests', 'rate > 1', { window: 3, abortOnFail: true }),
];
const planWith = (thresholds: readonly ThresholdSource[]) =>
  planOf({ shards: shardCount, seconds: 8, warmup: 1, thresholds });

describe('whatever the order in which the shards’ snapshots come, and however often', () => {
  it.each(Array.from({ length: cases }, (_, seed) => seed))('the sum is the same (%i)', async (seed) => {
    const random = new Random(`fold order ${seed}`);
    const logs = Array.from({ length: shardCount }, (_, shard) => shardLog(shard, random));
    const plan = planWith(overTheRun);
    const expected = await fold(inTime(logs), plan);
    expect(await fold(mixed(logs, random), plan)).toEqual(expected);
    const scheduled = logs
      .flat()
      .flatMap(({ series: all }) => all.map(({ accounting }) => accounting.scheduled));
    expect(expected.accounting.scheduled).toBe(scheduled.reduce((sum, count) => sum + count, 0));
  });
});

describe('shards that are no more than two intervals apart', () => {
  it.each(Array.from({ length: cases }, (_, seed) => seed))('break the same windows (%i)', async (seed) => {
    const random = new Random(`fold window ${seed}`);
    const logs = Array.from({ length: shardCount }, (_, shard) => shardLog(shard, random));
    const plan = planWith([...overTheRun, ...overWindows]);
    const expected = await fold(inTime(logs), plan);
    expect(await fold(mixed(logs, random, 2), plan)).toEqual(expected);
  });
});

function inTime(logs: readonly (readonly MetricsSnapshot[])[]): MetricsSnapshot[] {
  return logs.flat().toSorted((a, b) => a.intervalStartMs - b.intervalStartMs);
}

function whole(random: Random, below: number): number {
  return Math.floor(random.nextUnit() * below);
}

/** 1 to 12 seconds of a shard, with up to 3 requests in each. Times are whole ms, so that sums are exact. */
function shardLog(shard: number, random: Random): MetricsSnapshot[] {
  const seconds = 1 + whole(random, 12);
  return Array.from({ length: seconds }, (_, second) => {
    const times = Array.from({ length: whole(random, 4) }, () => 1 + whole(random, 5000));
    const failed = whole(random, times.length + 1);
    const accounting = { scheduled: times.length, completed: times.length - failed, failed };
    const figures = { counters: { requests: times.length }, values: { ttft: times.slice(failed) } };
    const isLast = second === seconds - 1;
    return snapshot(second + 1, {
      shard,
      final: isLast,
      intervalMs: isLast ? 400 : 1000,
      series: times.length === 0 ? [] : [series(accounting, figures)],
      calls: times.map((e2eMs, place) => callOf(second * 1000 + place * 10 + shard, e2eMs, place < failed)),
    });
  });
}

function callOf(startMs: number, e2eMs: number, failed: boolean) {
  return call(
    startMs,
    e2eMs,
    failed ? { outcome: 'failed', errorKind: 'reset', message: `at ${startMs}` } : {},
  );
}

/** Each shard's snapshots in their order, the shards at random but so many apart at most, one in four followed by an earlier one again. */
function mixed(
  logs: readonly (readonly MetricsSnapshot[])[],
  random: Random,
  mostApart = Infinity,
): MetricsSnapshot[] {
  const left = logs.map((log) => [...log]);
  const order: MetricsSnapshot[] = [];
  for (let open = left; open.length > 0; open = left.filter((log) => log.length > 0)) {
    const earliest = Math.min(...open.map(([first]) => first!.sequence));
    const near = open.filter(([first]) => first!.sequence <= earliest + mostApart);
    const next = near[whole(random, near.length)]?.shift();
    if (next !== undefined) order.push(next);
    const again = order[whole(random, order.length)];
    if (again !== undefined && random.nextUnit() < 0.25) order.push(again);
  }
  return order;
}

async function fold(snapshots: readonly MetricsSnapshot[], plan: RunPlan) {
  const { parts } = transportOf(snapshots, plan);
  const { totals, ...result } = await new Aggregator(parts).run(AbortSignal.timeout(20_000));
  const { accounting, trends } = totals.merged();
  const { windows, calls, endMs } = result;
  // Whether a threshold stopped the run is no part of its sum: late news finds nothing left to stop.
  const thresholds = result.thresholds.map(({ aborted: _aborted, ...judged }) => judged);
  return { accounting, ttft: trends.get('ttft')?.summary('ms'), windows, thresholds, calls, endMs };
}
