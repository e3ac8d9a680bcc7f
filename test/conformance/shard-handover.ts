import { setTimeout as sleep } from 'node:timers/promises';
import type { AggregationLease, ShardHandler, ShardLease } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { checkpointOf, planOf, shardsOf, snapshotOf } from './samples.ts';
import type { OpenedTransport, OpenTransport } from './transport.ts';
import { aborted, firstOf, until } from './waiting.ts';

/** How every transport gives a shard from one holder to the next. */
export function handoverConformance(open: OpenTransport): void {
  it('gives a shard that was not finished to the next holder, with its checkpoint and the next epoch', async () => {
    await using opened = await open();
    await opened.transport.shards.enqueue(shardsOf(1));
    const worker = await opened.join('worker');
    const first = await worker.shards.work(async (lease, signal) => {
      await lease.commit(snapshotOf(1), checkpointOf(1));
      await aborted(signal);
    });
    await firstOf(opened.transport.snapshots('run1'), 1);
    await first[Symbol.asyncDispose]();
    const leases: ShardLease[] = [];
    const other = await opened.join('worker');
    await using _second = await other.shards.work(keeping(leases));
    await until(() => leases.length === 1);
    expect(leases[0]).toMatchObject({ epoch: 2, checkpoint: checkpointOf(1) });
    expect(await leases[0]?.commit(snapshotOf(1, { epoch: 2 }), checkpointOf(1, { epoch: 2 }))).toBe(
      'stored',
    );
  });

  it('hands a shard over at once that is given back, while the old holder tells of its tail', async () => {
    await using opened = await open();
    const { results, second } = await yieldOne(opened);
    // Given back; two commits of the tail while somebody else has the shard; one that was known.
    expect(results).toEqual(['stored', 'late', 'late', { storedUpTo: 4 }]);
    const leftover = { 'chat/openai': [{ first: 5, count: 2 }] };
    expect(second).toMatchObject({ epoch: 2, checkpoint: checkpointOf(2, { yielded: true, leftover }) });
    expect(second.mayStillSend()).toBe(true);
    const stored = await firstOf(opened.transport.snapshots('run1'), 5);
    const order = stored.map(({ value }) => [value.epoch, value.sequence]);
    expect(order).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [1, 3],
      [1, 4],
    ]);
  });

  it('does not take a tail for the place where the shard stands', async () => {
    await using opened = await open();
    const { handBack } = await yieldOne(opened);
    const leases: ShardLease[] = [];
    const third = await opened.join('worker');
    await using _third = await third.shards.work(keeping(leases));
    await handBack();
    await until(() => leases.length === 1);
    expect(leases[0]).toMatchObject({ epoch: 3, checkpoint: checkpointOf(1, { epoch: 2 }) });
  });

  it('stores nothing of an epoch that was ended, and ends none that lasts', async () => {
    await using opened = await open();
    await opened.transport.shards.enqueue(shardsOf(1));
    await using folding = await aggregation(opened);
    const leases: ShardLease[] = [];
    const worker = await opened.join('worker');
    const first = await worker.shards.work(async (lease, signal) => {
      leases.push(lease);
      await lease.commit(snapshotOf(1), checkpointOf(1));
      await aborted(signal);
    });
    await until(() => leases.length === 1);
    expect(await folding.lease.endEpoch(0, 1)).toBeUndefined();
    await first[Symbol.asyncDispose]();
    await using _second = await (await opened.join('worker')).shards.work(committing(leases));
    await until(() => leases.length === 2);
    await until(async () => (await folding.lease.endEpoch(0, 1)) === 1);
    expect(await leases[0]?.commit(snapshotOf(2), checkpointOf(2))).toBe('fenced');
    expect(await folding.lease.endEpoch(0, 2)).toBeUndefined();
    expect(await folding.lease.endEpoch(0, 1)).toBe(1);
  }, 60_000);
}

/**
 * Two workers and one shard, of which the first holder gives it back and stays with its tail until the second one has
 * committed. `handBack` has the second one stop.
 */
async function yieldOne(opened: OpenedTransport) {
  await opened.transport.shards.enqueue(shardsOf(1));
  const results: unknown[] = [];
  const begun = Promise.withResolvers<ShardLease>();
  const worker = await opened.join('worker');
  const first = await worker.shards.work(async (lease, signal) => {
    await lease.commit(snapshotOf(1), checkpointOf(1));
    await aborted(signal);
    const leftover = { 'chat/openai': [{ first: 5, count: 2 }] };
    results.push(await lease.commit(snapshotOf(2), checkpointOf(2, { yielded: true, leftover })));
    expect(lease.mayStillSend()).toBe(false);
    await begun.promise;
    for (const sequence of [3, 4, 4]) {
      const last = sequence === 4;
      results.push(
        await lease.commit(snapshotOf(sequence, { last }), checkpointOf(sequence, { yielded: true })),
      );
    }
  });
  await firstOf(opened.transport.snapshots('run1'), 1);
  const other = await opened.join('worker');
  const second = await other.shards.work(async (lease, signal) => {
    await lease.commit(snapshotOf(1, { epoch: 2 }), checkpointOf(1, { epoch: 2 }));
    begun.resolve(lease);
    await aborted(signal);
  });
  await first[Symbol.asyncDispose]();
  return { results, second: await begun.promise, handBack: () => second[Symbol.asyncDispose]() };
}

/** Takes shards, and holds them until it is told to give them back. */
function keeping(leases: ShardLease[]): ShardHandler {
  return async (lease, signal) => {
    leases.push(lease);
    await aborted(signal);
  };
}

/** Takes shards, and commits something all the time. */
function committing(leases: ShardLease[]): ShardHandler {
  return async (lease, signal) => {
    leases.push(lease);
    const { epoch } = lease;
    for (let sequence = 1; !signal.aborted; sequence += 1) {
      await lease.commit(snapshotOf(sequence, { epoch }), checkpointOf(sequence, { epoch }));
      await sleep(100);
    }
  };
}

/** The right to fold run1, until it is disposed. */
async function aggregation(opened: OpenedTransport) {
  const held = Promise.withResolvers<AggregationLease>();
  await opened.transport.aggregations.enqueue(planOf(1));
  const aggregator = await opened.join('aggregator');
  const work = await aggregator.aggregations.work(async (lease, signal) => {
    held.resolve(lease);
    await aborted(signal);
  });
  return { lease: await held.promise, [Symbol.asyncDispose]: () => work[Symbol.asyncDispose]() };
}
