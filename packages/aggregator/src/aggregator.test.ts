import type { MetricsSnapshot, RunPlan } from '@tokenstorm/core';
import { describe, expect, it, vi } from 'vitest';
import { Aggregator } from './aggregator.ts';
import type { RunStatus } from './run-result.ts';
import { call, planOf, series, snapshot, threshold, transportOf } from './__fixtures__/snapshots.ts';

/** The sum of these snapshots. Where they leave a shard unfinished, the run is ended as soon as they are folded. */
async function fold(snapshots: readonly MetricsSnapshot[], plan: RunPlan = planOf()) {
  const { parts, events, folded } = transportOf(snapshots, plan);
  const statuses: (Omit<RunStatus, 'totals' | 'recent'> & {
    readonly completed: number;
    readonly recentCompleted: number;
  })[] = [];
  const completedOf = (totals: RunStatus['totals']) => totals.figures().accounting.completed;
  const onStatus = ({ totals, recent, ...status }: RunStatus) => {
    const recentCompleted = recent.reduce((sum, window) => sum + completedOf(window), 0);
    statuses.push({ ...status, completed: completedOf(totals), recentCompleted });
  };
  const end = new AbortController();
  const running = new Aggregator({ ...parts, onStatus, ended: end.signal }).run(new AbortController().signal);
  if (!isFinished(snapshots, plan)) {
    await vi.waitUntil(() => folded.length === snapshots.length, { interval: 1 });
    end.abort();
  }
  return { result: await running, events, statuses };
}

function isFinished(snapshots: readonly MetricsSnapshot[], plan: RunPlan): boolean {
  return plan.shards.every(({ shard }) =>
    snapshots.some((candidate) => candidate.final && candidate.shard === shard),
  );
}

const completed = (count: number) => [series({ scheduled: count, completed: count })];

describe('the sum of a run', () => {
  it('has each snapshot once, however often it was delivered', async () => {
    const one = snapshot(1, { series: completed(3) });
    const two = snapshot(2, { series: completed(4) });
    const { result } = await fold([
      one,
      one,
      two,
      one,
      two,
      snapshot(3, { final: true, series: completed(5) }),
    ]);
    expect(result.totals.figures().accounting).toMatchObject({ scheduled: 12, completed: 12 });
    expect(result).toMatchObject({ endMs: 3000, missing: [] });
  });

  it('has the tail of an epoch that comes after the next one began', async () => {
    const { result } = await fold([
      snapshot(1, { series: [series({ scheduled: 5 })] }),
      snapshot(1, { epoch: 2, second: 1, series: completed(2) }),
      snapshot(2, { series: [series({ completed: 5 })], last: true }),
      snapshot(2, { series: [series({ completed: 5 })], last: true }),
      snapshot(2, { epoch: 2, second: 2, final: true }),
    ]);
    expect(result.totals.figures().accounting).toMatchObject({ scheduled: 7, completed: 7, lost: 0 });
  });

  it('has nothing of other runs and of shards that the plan does not know', async () => {
    const { result } = await fold([
      snapshot(1, { runId: 'run2', series: completed(100) }),
      snapshot(1, { shard: 9, series: completed(100), final: true }),
      snapshot(1, { series: completed(1), final: true }),
    ]);
    expect(result.totals.figures().accounting.completed).toBe(1);
  });

  it('is there only once every shard has sent its last snapshot', async () => {
    const { result, statuses } = await fold(
      [
        snapshot(1, { shard: 0, final: true, series: completed(1) }),
        snapshot(1, { shard: 1, series: completed(2) }),
        snapshot(2, { shard: 1, final: true, series: completed(3), intervalMs: 250 }),
      ],
      planOf({ shards: 2 }),
    );
    expect(result.totals.figures().accounting.completed).toBe(6);
    expect(result.endMs).toBe(1250);
    expect(statuses.at(-1)).toMatchObject({ knownUpToMs: 1250, completed: 6 });
  });

  it('cuts the run into windows of 5 s by the time at which things became known', async () => {
    const seconds = [0, 1, 2, 3, 4, 5, 6];
    const { result } = await fold(
      seconds.map((second) => snapshot(second + 1, { series: completed(second + 1), final: second === 6 })),
    );
    expect(
      result.windows.map(({ start_ms, duration_ms, accounting }) => [
        start_ms,
        duration_ms,
        accounting.completed,
      ]),
    ).toEqual([
      [0, 5000, 1 + 2 + 3 + 4 + 5],
      [5000, 5000, 6 + 7],
    ]);
  });

  it('keeps the calls that are worth showing', async () => {
    const { result } = await fold([snapshot(1, { final: true, calls: [call(5, 10), call(1, 90)] })]);
    expect(result.calls.map(({ startMs }) => startMs)).toEqual([1, 5]);
  });

  it('of a run that was stopped before anything happened is empty', async () => {
    const { result } = await fold([snapshot(1, { intervalMs: 0, final: true })]);
    expect(result).toMatchObject({ endMs: 0, windows: [], calls: [], missing: [] });
  });
});

describe('the status on the way', () => {
  it('is that of what every shard has passed, and of nothing more', async () => {
    const { statuses } = await fold(
      [
        snapshot(1, { shard: 0, series: completed(1) }),
        snapshot(2, { shard: 0, series: completed(10) }),
        snapshot(1, { shard: 1, series: completed(100) }),
        snapshot(2, { shard: 1, final: true }),
        snapshot(3, { shard: 0, final: true }),
      ],
      planOf({ shards: 2 }),
    );
    expect(statuses.map(({ knownUpToMs, completed: count }) => [knownUpToMs, count])).toEqual([
      [1000, 101],
      [2000, 111],
      [3000, 111],
    ]);
  });

  it('looks back 3 s', async () => {
    const snapshots = [1, 2, 3, 4, 5].map((sequence) =>
      snapshot(sequence, { series: completed(10 ** sequence) }),
    );
    const { statuses } = await fold([...snapshots, snapshot(6, { final: true })]);
    expect(statuses[4]).toMatchObject({ knownUpToMs: 5000, recentMs: 3000, recentCompleted: 111_000 });
  });
});

describe('a shard that never sent its last snapshot', () => {
  it('has lost what it had scheduled and not ended, group by group', async () => {
    const slow = { labels: { model: 'slow' } };
    const { result } = await fold(
      [
        snapshot(1, {
          shard: 0,
          series: [series({ scheduled: 10, completed: 4, failed: 1 }), series({ scheduled: 3 }, slow)],
        }),
        snapshot(1, { shard: 1, series: completed(7) }),
        snapshot(2, { shard: 0, series: [series({ completed: 2, dropped: 1 })] }),
        snapshot(2, { shard: 1, final: true }),
      ],
      planOf({ shards: 2 }),
    );
    const groups = result.totals.groups().map(({ labels, accounting }) => [labels.model, accounting]);
    expect(groups).toEqual([
      ['m', { scheduled: 17, completed: 13, failed: 1, dropped: 1, lost: 2, cancelled: 0 }],
      ['slow', { scheduled: 3, completed: 0, failed: 0, dropped: 0, lost: 3, cancelled: 0 }],
    ]);
    expect(result.missing).toHaveLength(1);
    const lost = result.windows
      .filter(({ labels }) => Object.keys(labels).length === 0)
      .map(({ accounting }) => accounting.lost);
    expect(lost.reduce((sum, count) => sum + count, 0)).toBe(5);
  });

  it('hides no request that a finished shard does not account for', async () => {
    const { result } = await fold(
      [snapshot(1, { shard: 0, series: [series({ scheduled: 2 })], final: true }), snapshot(1, { shard: 1 })],
      planOf({ shards: 2 }),
    );
    expect(result.totals.figures().accounting).toMatchObject({ scheduled: 2, lost: 0 });
  });

  it('has lost nothing where it did end all it had scheduled', async () => {
    const { result } = await fold([snapshot(1, { series: [series({ scheduled: 2, cancelled: 2 })] })]);
    expect(result.totals.figures().accounting).toMatchObject({ cancelled: 2, lost: 0 });
    expect(result.missing).toHaveLength(1);
  });
});

describe('thresholds that may abort', () => {
  const errors = (failed: number) => [series({ scheduled: failed, failed })];
  const strict = (options = {}) =>
    planOf({ thresholds: [threshold('errors', 'rate < 1%', { abortOnFail: true, ...options })] });

  it('ask for the end of the run once', async () => {
    const snapshots = [1, 2, 3].map((sequence) => snapshot(sequence, { series: errors(1) }));
    const { events, result } = await fold([...snapshots, snapshot(4, { final: true })], strict());
    expect(events).toEqual([{ type: 'run-stop', mode: 'now', reason: 'threshold', atEpochMs: 0 }]);
    expect(result.thresholds).toMatchObject([{ passed: false, measured: 1, aborted: true }]);
  });

  it('do not before their delay has passed', async () => {
    const { events } = await fold(
      [
        snapshot(1, { series: errors(1) }),
        snapshot(2, { series: completed(999) }),
        snapshot(3, { final: true }),
      ],
      strict({ delay: 2 }),
    );
    expect(events).toEqual([]);
  });

  it('have nothing to abort when the run has ended by itself', async () => {
    const { events, result } = await fold(
      [snapshot(1, { series: completed(1) }), snapshot(2, { series: errors(1), final: true })],
      strict(),
    );
    expect(events).toEqual([]);
    expect(result.thresholds).toMatchObject([{ passed: false, aborted: false }]);
  });

  it('are judged by each window in turn, although several are known at once', async () => {
    const plan = planOf({ shards: 2, thresholds: [threshold('errors', 'rate < 50%', { window: 1 })] });
    const late = [1, 2, 3].map((sequence) => snapshot(sequence, { shard: 1 }));
    const { result } = await fold(
      [
        snapshot(1, { series: completed(9) }),
        snapshot(2, { series: errors(9) }),
        snapshot(3, { series: completed(9) }),
        ...late,
        snapshot(4, { final: true }),
        snapshot(4, { shard: 1, final: true }),
      ],
      plan,
    );
    expect(result.thresholds).toMatchObject([{ passed: false, measured: 1 }]);
  });
});
