import type { Shard } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { planOf, snapshotOf } from '../run/snapshot-log.fixture.ts';
import { LeaseMeter } from './lease-meter.ts';

const plan = planOf(4);
const [first, second] = plan.shards.map((slice): Shard => ({ ...slice, plan })) as [Shard, Shard];

describe('LeaseMeter', () => {
  it('counts leases that were lost, not shards that were given back', () => {
    const meter = new LeaseMeter();
    meter.taken(first);
    meter.taken(second);
    meter.ended(first, 'yield');
    meter.ended(second, 'frozen');
    expect(meter.lost).toBe(1);
    expect(meter.plans).toEqual([plan]);
    meter.left(first);
    meter.left(second);
    expect(meter.plans).toEqual([]);
  });

  it('counts snapshots that Redis does not have yet', () => {
    const meter = new LeaseMeter();
    meter.taken(first);
    meter.committing(first, snapshotOf(plan, 0, 0));
    expect(meter.uncommitted).toBe(1);
    meter.committed(first, snapshotOf(plan, 0, 0), { storedUpTo: 0 });
    expect(meter.uncommitted).toBe(1);
    meter.committed(first, snapshotOf(plan, 0, 0), 'late');
    expect(meter.uncommitted).toBe(0);
  });
});
