import { SeriesRecorder } from '@tokenstorm/core';
import type { CommitResult, MetricsSnapshot } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { virtualClock } from './load/__fixtures__/virtual-time.ts';
import { workload } from './request/__fixtures__/request-setup.ts';
import { Snapshotter } from './snapshotter.ts';
import { TestLease, planOf } from './__fixtures__/run-setup.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

const labels = { provider: 'own', model: 'm', scenario: 'load', region: 'eu', phase: 'main' } as const;

/** A snapshotter of a run that starts at 100 ms, with one recorder. */
function snapshotterOf(answer?: (snapshot: MetricsSnapshot) => CommitResult | Promise<CommitResult>) {
  const lease = new TestLease(planOf([workload()]), answer === undefined ? {} : { answer });
  const recorder = new SeriesRecorder(labels, {}, { startMs: 0, endMs: Infinity });
  const state = { inFlight: 0 };
  const faults: unknown[] = [];
  const sources = {
    workerId: 'w1',
    recorders: [recorder],
    calls: () => [],
    health: () => ({
      cpuRatio: 0,
      rssBytes: 0,
      inFlight: state.inFlight,
      travel: { paths: [], connectionsOpened: 0, redirects: 0, decodedResponses: 0 },
    }),
    inFlight: () => state.inFlight,
  };
  const snapshotter = new Snapshotter(lease, sources, virtualClock, 100);
  snapshotter.start((cause) => faults.push(cause));
  return { lease, recorder, state, faults, snapshotter };
}

function intervals({ snapshots }: TestLease) {
  return snapshots.map(({ sequence, intervalStartMs, intervalMs, final }) => [
    sequence,
    intervalStartMs,
    intervalMs,
    final,
  ]);
}

describe('Snapshotter', () => {
  it('commits at the end of every interval from the start of the run on, and the rest at the end', async () => {
    const { lease, snapshotter } = snapshotterOf();
    await pass(1099);
    expect(lease.snapshots).toEqual([]);
    await pass(1 + 1000 + 300);
    await snapshotter.finish(true);
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
    await snapshotter.finish(true);
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
    await snapshotter.finish(true);
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
    await snapshotter.finish(true);
    expect(lease.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends a run that was stopped before its start with an empty snapshot', async () => {
    const { lease, snapshotter } = snapshotterOf();
    await pass(40);
    await snapshotter.finish(true);
    expect(intervals(lease)).toEqual([[1, 0, 0, true]]);
  });

  it('sends again what the other side has missed', async () => {
    let stored = 0;
    const lost = new Set([2, 3]);
    const { lease, snapshotter, faults } = snapshotterOf(({ sequence }) => {
      // As if the answer came and the commit had been rolled back.
      if (lost.delete(sequence)) return 'fenced';
      if (sequence !== stored + 1) return { storedUpTo: stored };
      stored = sequence;
      return 'stored';
    });
    await pass(4200);
    await snapshotter.finish(true);
    expect(lease.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(faults).toEqual([]);
  });

  it('takes a hole that it cannot fill for a fault', async () => {
    const { snapshotter, faults } = snapshotterOf(({ sequence }) =>
      sequence < 12 ? 'fenced' : { storedUpTo: 0 },
    );
    await pass(12_200);
    expect(faults).toMatchObject([
      { code: 'E_INTERNAL', message: 'snapshot 1 of shard 0 could not be stored' },
    ]);
    await expect(snapshotter.finish(false)).rejects.toThrow('snapshot 1 of shard 0');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells of a commit that failed and stores nothing after it', async () => {
    const { lease, snapshotter, faults } = snapshotterOf(({ sequence }) => {
      if (sequence === 2) throw new Error('no connection');
      return 'stored';
    });
    await pass(3200);
    expect(faults).toHaveLength(2);
    expect(String(faults[0])).toContain('no connection');
    await expect(snapshotter.finish(true)).rejects.toThrow('no connection');
    expect(lease.snapshots).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
