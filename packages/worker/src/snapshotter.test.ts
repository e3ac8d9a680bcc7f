import type { CommitResult } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { intervals, snapshotterOf } from './__fixtures__/snapshotter-setup.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('Snapshotter', () => {
  it('commits at the end of every interval from the start of the run on, and the rest at the end', async () => {
    const { lease, snapshotter } = snapshotterOf();
    await pass(1099);
    expect(lease.snapshots).toEqual([]);
    await pass(1 + 1000 + 300);
    await snapshotter.finish('final');
    expect(intervals(lease)).toEqual([
      [1, 0, 1000, false],
      [2, 1000, 1000, false],
      [3, 2000, 300, true],
    ]);
    expect(lease.checkpoints.at(-1)).toEqual({
      epoch: 1,
      sequence: 3,
      accountedUpToMs: 2300,
      inFlight: 0,
      positions: { 'load/own/m': 7 },
      yielded: false,
      final: true,
    });
    await pass(5000);
    expect([lease.snapshots.length, vi.getTimerCount()]).toEqual([3, 0]);
  });

  it('puts what happened into the interval that it happened in, once', async () => {
    const { lease, recorder, snapshotter } = snapshotterOf();
    recorder.scheduled(2);
    await pass(1100);
    recorder.dropped(2);
    await snapshotter.finish('final');
    expect(
      lease.snapshots.map(({ series }) =>
        series.map(({ accounting }) => [accounting.scheduled, accounting.dropped]),
      ),
    ).toEqual([[[2, 0]], [[0, 2]]]);
  });

  it('says where the shard stood when the snapshot was made, not when it was stored', async () => {
    const gate = Promise.withResolvers<void>();
    const { lease, state, snapshotter } = snapshotterOf(async (): Promise<CommitResult> => {
      await gate.promise;
      return 'stored';
    });
    state.inFlight = 7;
    await pass(1100);
    state.inFlight = 1;
    gate.resolve();
    await snapshotter.finish('final');
    expect(lease.checkpoints.map(({ inFlight }) => inFlight)).toEqual([7, 1]);
  });

  it('commits in order although a commit takes longer than an interval', async () => {
    const { lease, snapshotter } = snapshotterOf(async ({ sequence }): Promise<CommitResult> => {
      if (sequence === 1) await new Promise((resolve) => setTimeout(resolve, 2500));
      return 'stored';
    });
    await pass(3200);
    expect(lease.snapshots).toEqual([]);
    await pass(1000);
    await snapshotter.finish('final');
    expect(lease.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends a run that was stopped before its start with an empty snapshot', async () => {
    const { lease, snapshotter } = snapshotterOf();
    await pass(40);
    await snapshotter.finish('final');
    expect(intervals(lease)).toEqual([[1, 0, 0, true]]);
  });
});

describe('a snapshotter of a later epoch', () => {
  const takeOver = { after: 'loss', gapStartMs: 4000, gapEndMs: 12_345, scheduledBefore: [] } as const;

  it('begins when it begins, and goes on aligned to the start of the run', async () => {
    vi.setSystemTime(100 + 12_345);
    const { lease, snapshotter } = snapshotterOf(undefined, { epoch: 2, beganAtMs: 12_345, takeOver });
    await pass(655);
    await pass(1000);
    await snapshotter.finish('final');
    expect(intervals(lease)).toEqual([
      [1, 12_345, 655, false],
      [2, 13_000, 1000, false],
      [3, 14_000, 0, true],
    ]);
    expect(lease.snapshots.map((snapshot) => snapshot.takeOver)).toEqual([takeOver, undefined, undefined]);
  });
});

describe('a shard that is given back', () => {
  it('is in the cut at that moment, with what is left of its iterations; its tail follows, and says where it ends', async () => {
    const { lease, snapshotter } = snapshotterOf();
    await pass(1500);
    snapshotter.handOver(true);
    await pass(1000);
    await snapshotter.finish('last');
    expect(intervals(lease)).toEqual([
      [1, 0, 1000, false],
      [2, 1000, 400, false],
      [3, 1400, 600, false],
      [4, 2000, 400, false],
    ]);
    expect(
      lease.checkpoints.map(({ yielded, leftover }) => [yielded, leftover?.['load/own/m']?.[0]?.count]),
    ).toEqual([
      [false, undefined],
      [true, 2],
      [true, 2],
      [true, 2],
    ]);
    expect(lease.snapshots.map(({ last }) => last)).toEqual([undefined, undefined, undefined, true]);
  });

  it('is not where it was lost: nothing is left over for the next one', async () => {
    const { lease, snapshotter } = snapshotterOf();
    await pass(1500);
    snapshotter.handOver(false);
    await snapshotter.finish('last');
    expect(lease.checkpoints.at(-1)).toMatchObject({ yielded: false, final: false });
    expect(lease.checkpoints.at(-1)).not.toHaveProperty('leftover');
  });
});
