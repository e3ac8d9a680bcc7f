import { SeriesRecorder } from '@tokenstorm/core';
import type { CommitResult, MetricsSnapshot, TakeOver } from '@tokenstorm/core';
import { CommitQueue } from '../commit-queue.ts';
import { virtualClock } from '../load/__fixtures__/virtual-time.ts';
import { workload } from '../request/__fixtures__/request-setup.ts';
import { Snapshotter } from '../snapshotter.ts';
import { TestLease, planOf } from './run-setup.ts';

const labels = { provider: 'own', model: 'm', scenario: 'load', region: 'eu', phase: 'main' } as const;

/** Virtual time has no turns. */
const atOnce = {
  add: (work: () => void) => {
    work();
    return () => {};
  },
};

/** A snapshotter of a run that starts at 100 ms, with one recorder. */
export function snapshotterOf(
  answer?: (snapshot: MetricsSnapshot) => CommitResult | Promise<CommitResult>,
  parts: { readonly epoch?: number; readonly beganAtMs?: number; readonly takeOver?: TakeOver } = {},
) {
  const { epoch = 1, beganAtMs = 0, takeOver } = parts;
  const lease = new TestLease(planOf([workload()]), answer === undefined ? { epoch } : { answer, epoch });
  const recorder = new SeriesRecorder(labels, {}, { startMs: 0, endMs: Infinity });
  const state = { inFlight: 0, fenced: 0, stored: [] as string[] };
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
    positions: () => ({ positions: { 'load/own/m': 7 } }),
    leftover: () => ({ leftover: { 'load/own/m': [{ first: 7, count: 2 }] } }),
  };
  const commits = new CommitQueue(lease, virtualClock, {
    onFenced: () => (state.fenced += 1),
    onStored: (sentAtMs, result) => state.stored.push(`${sentAtMs} ${result}`),
  });
  commits.failure.catch((cause: unknown) => faults.push(cause));
  const snapshotter = new Snapshotter({
    lease,
    sources,
    commits,
    clock: virtualClock,
    turns: atOnce,
    runStartMs: 100,
    beganAtMs,
    takeOver,
  });
  snapshotter.start();
  return { lease, recorder, state, faults, snapshotter, commits };
}

/** Sequence, start, length and finality of each snapshot. */
export function intervals({ snapshots }: TestLease) {
  return snapshots.map(({ sequence, intervalStartMs, intervalMs, final }) => [
    sequence,
    intervalStartMs,
    intervalMs,
    final,
  ]);
}
