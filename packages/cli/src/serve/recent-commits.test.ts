import type { Shard } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { planOf, snapshotOf } from '../run/snapshot-log.fixture.ts';
import { RecentCommits } from './recent-commits.ts';

const plan = planOf(4);
const other = { ...plan, runId: 'other' };
const shard: Shard = { ...plan.shards[0]!, plan };

describe('RecentCommits', () => {
  it('gives what was stored last of a run with what could not be, in order', () => {
    const recent = new RecentCommits();
    recent.committed(shard, snapshotOf(plan, 0, 0), 'stored');
    recent.committed(shard, snapshotOf(plan, 0, 1), 'late');
    recent.committed(shard, snapshotOf(plan, 0, 2), 'fenced');
    recent.committed({ ...shard, plan: other }, snapshotOf(other, 0, 0), 'stored');
    const kept = recent.with([{ plan, snapshots: [snapshotOf(plan, 0, 3), snapshotOf(plan, 0, 2)] }], []);
    expect(kept.map(({ snapshots }) => snapshots.map(({ sequence }) => sequence))).toEqual([[1, 2, 3, 4]]);
    expect(recent.with([], [other]).map(({ snapshots }) => snapshots.length)).toEqual([1]);
    expect(recent.with([], [])).toEqual([]);
  });
});
