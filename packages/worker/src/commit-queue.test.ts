import type { CommitResult } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { snapshotterOf } from './__fixtures__/snapshotter-setup.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the commits of a snapshotter', () => {
  it('sends again what the other side has lost of what it had stored', async () => {
    let [stored, isRestarted] = [0, false];
    const { lease, snapshotter, faults } = snapshotterOf(({ sequence }) => {
      // As if Redis had been restarted with a log that ends before the last two.
      if (sequence === 4 && !isRestarted) [stored, isRestarted] = [1, true];
      if (sequence !== stored + 1) return { storedUpTo: stored };
      stored = sequence;
      return 'stored';
    });
    await pass(4200);
    await snapshotter.finish('final');
    expect(lease.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 2, 3, 4, 5]);
    expect(faults).toEqual([]);
  });

  it('goes on where an answer was lost, but not the commit', async () => {
    let stored = 0;
    const { lease, snapshotter, faults } = snapshotterOf(({ sequence }) => {
      if (sequence <= stored) return { storedUpTo: stored };
      stored = sequence === 2 ? 3 : sequence;
      return 'stored';
    });
    await pass(4200);
    await snapshotter.finish('final');
    expect(lease.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2, 4, 5]);
    expect(faults).toEqual([]);
  });

  it('takes a hole that it cannot fill for a fault', async () => {
    const { snapshotter, faults } = snapshotterOf(({ sequence }) =>
      sequence < 12 ? 'stored' : { storedUpTo: 0 },
    );
    await pass(12_200);
    expect(faults).toMatchObject([
      { code: 'E_INTERNAL', message: 'snapshot 1 of shard 0 could not be stored' },
    ]);
    await expect(snapshotter.finish('last')).rejects.toThrow('snapshot 1 of shard 0');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not send the same one again for ever', async () => {
    let stored = 0;
    const { snapshotter, faults } = snapshotterOf(({ sequence }) => {
      if (sequence > 2 || stored === 2) return { storedUpTo: 1 };
      stored = sequence;
      return 'stored';
    });
    await pass(3200);
    expect(faults).toMatchObject([{ message: 'snapshot 2 of shard 0 could not be stored' }]);
    await expect(snapshotter.finish('last')).rejects.toThrow('could not be stored');
  });

  it('tells of a commit that failed and stores nothing after it', async () => {
    const { lease, snapshotter, faults, recorder } = snapshotterOf(({ sequence }) => {
      if (sequence === 2) throw new Error('no connection');
      return 'stored';
    });
    recorder.scheduled(1);
    await pass(2200);
    recorder.scheduled(5);
    await pass(1000);
    expect(faults).toHaveLength(1);
    expect(String(faults[0])).toContain('no connection');
    await expect(snapshotter.finish('final')).rejects.toThrow('no connection');
    expect(lease.snapshots).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    // What could not be committed is all there.
    const kept = snapshotter.abandon();
    expect(kept.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
    expect(kept.flatMap(({ series }) => series).map(({ accounting }) => accounting.scheduled)).toEqual([5]);
  });

  it('ends quietly where its epoch was ended by others', async () => {
    const { state, snapshotter, lease, faults } = snapshotterOf(({ sequence }) =>
      sequence < 2 ? 'late' : 'fenced',
    );
    await pass(4200);
    expect([state.fenced, lease.snapshots.length, state.stored]).toEqual([1, 1, ['1100 late']]);
    await snapshotter.finish('last');
    expect(faults).toEqual([]);
    expect(snapshotter.abandon()).toEqual([]);
  });
});

describe('a snapshotter whose log is away', () => {
  it('keeps what it knows in a bounded number of snapshots, and loses nothing of it', async () => {
    const gate = Promise.withResolvers<void>();
    const { lease, recorder, snapshotter, commits } = snapshotterOf(
      async ({ sequence }): Promise<CommitResult> => {
        if (sequence === 1) await gate.promise;
        return 'stored';
      },
    );
    for (let second = 0; second < 200; second += 1) {
      recorder.scheduled(1);
      await pass(1000);
    }
    expect(commits.length).toBe(120);
    gate.resolve();
    await pass(0);
    await pass(1000);
    await snapshotter.finish('final');
    expect(lease.snapshots.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 122 }, (_, index) => index + 1),
    );
    const scheduled = lease.snapshots.flatMap(({ series }) =>
      series.map(({ accounting }) => accounting.scheduled),
    );
    expect(scheduled.reduce((sum, count) => sum + count)).toBe(200);
    // Without gaps, and aligned again after the long one.
    let upToMs = 0;
    for (const { intervalStartMs, intervalMs } of lease.snapshots) {
      expect(intervalStartMs).toBe(upToMs);
      upToMs += intervalMs;
    }
    expect(lease.snapshots[120]).toMatchObject({ intervalStartMs: 120_000, intervalMs: 80_000 });
  });

  it('gives what was never confirmed, and commits no more of it', async () => {
    const gate = Promise.withResolvers<void>();
    const { snapshotter, lease } = snapshotterOf(async ({ sequence }): Promise<CommitResult> => {
      if (sequence === 2) await gate.promise;
      return 'stored';
    });
    await pass(3200);
    const finishing = snapshotter.finish('last');
    expect(snapshotter.abandon().map(({ sequence, last }) => [sequence, last])).toEqual([
      [2, undefined],
      [3, undefined],
      [4, true],
    ]);
    await finishing;
    gate.resolve();
    await pass(0);
    expect(lease.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });
});
