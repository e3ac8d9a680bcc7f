import { defaultExecution } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan, Shard } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { MemoryLog } from '../memory/memory-log.ts';
import { MemoryShardQueue } from '../memory/memory-shard-queue.ts';
import { ServedShards } from './served-shards.ts';
import type { LentLease } from './served-shards.ts';

/** A process that runs what it is lent until it dies. */
function remote(queue: MemoryShardQueue) {
  const lent: LentLease[] = [];
  const death = Promise.withResolvers<void>();
  const shards = new ServedShards(queue, (lease) => {
    lent.push(lease);
    return death.promise;
  });
  return { shards, lent, die: () => (shards.abandon(), death.reject(new Error('gone'))) };
}

function queueOf(): MemoryShardQueue {
  const snapshots = new MemoryLog<MetricsSnapshot>();
  return new MemoryShardQueue(() => snapshots);
}

function shardsOf(count: number): Shard[] {
  const scenario: RunPlan['scenario'] = {
    name: 'test',
    seed: 1,
    regions: [{ name: 'eu', weight: 1 }],
    targets: [],
    workloads: [],
    limits: [],
    execution: defaultExecution,
    thresholds: [],
    exports: [],
  };
  const slices = Array.from({ length: count }, (_, slice) => ({ shard: slice, region: 'eu', slice, count }));
  const plan = { runId: 'run1', scenario, shards: slices, snapshotIntervalMs: 1000 };
  return slices.map((slice) => ({ ...slice, plan }));
}

describe('the shards of another process', () => {
  it('are dealt evenly to all processes that have joined, slice k of each region to the same one', async () => {
    const queue = queueOf();
    const processes = [remote(queue), remote(queue), remote(queue)];
    for (const { shards } of processes) await shards.work(1);
    await queue.enqueue(shardsOf(6));
    expect(processes.map(({ lent }) => lent.map(({ shard }) => shard.shard))).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
  });

  it('go to nobody else when it is gone, and its commits are fenced from then on', async () => {
    const queue = queueOf();
    const [mortal, other] = [remote(queue), remote(queue)];
    for (const { shards } of [mortal, other]) await shards.work(1);
    await queue.enqueue(shardsOf(2));
    const [lease] = mortal.lent;
    mortal.die();
    await new Promise(setImmediate);
    expect(other.lent.map(({ shard }) => shard.shard)).toEqual([1]);
    const commit = { lease: lease?.lease ?? 0, snapshot: {} as MetricsSnapshot, checkpoint: {} as never };
    expect(await mortal.shards.commit(commit)).toBe('fenced');
  });

  it('are given to nobody who is gone before it joined', async () => {
    const queue = queueOf();
    const { shards, lent } = remote(queue);
    shards.abandon();
    await shards.work(1);
    await queue.enqueue(shardsOf(1));
    expect(lent).toEqual([]);
  });
});
