import { setTimeout as sleep } from 'node:timers/promises';
import type { ShardHandler, ShardLease } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { checkpointOf, shardsOf, snapshotOf } from './samples.ts';
import type { OpenedTransport, OpenTransport } from './transport.ts';
import { aborted, firstOf, until } from './waiting.ts';

/** What the shard queue of every transport must do. */
export function queueConformance(open: OpenTransport): void {
  it('gives each shard to exactly one holder, however often it was enqueued', async () => {
    await using opened = await open();
    const taken: number[] = [];
    const handler: ShardHandler = async (lease, signal) => {
      taken.push(lease.shard.shard);
      const { shard } = lease.shard;
      await lease.commit(snapshotOf(1, { shard, final: true }), checkpointOf(1, { final: true }));
      await aborted(signal);
    };
    await opened.transport.shards.enqueue(shardsOf(4));
    await opened.transport.shards.enqueue(shardsOf(4));
    await using _one = await (await opened.join('worker')).shards.work(handler);
    await using _two = await (await opened.join('worker')).shards.work(handler);
    await until(() => taken.length === 4);
    expect(taken.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  it('hands the plan out with the shard, as it was', async () => {
    await using opened = await open();
    const [shard] = await withLease(opened, async (lease) => [lease.shard]);
    expect(shard).toEqual(shardsOf(1)[0]);
  });

  it('stores commits in sequence, once each, and says where it stands', async () => {
    await using opened = await open();
    const results = await withLease(opened, async (lease) => [
      await lease.commit(snapshotOf(1), checkpointOf(1)),
      await lease.commit(snapshotOf(3), checkpointOf(3)),
      await lease.commit(snapshotOf(1), checkpointOf(1)),
      await lease.commit(snapshotOf(2), checkpointOf(2)),
    ]);
    expect(results).toEqual(['stored', { storedUpTo: 1 }, { storedUpTo: 1 }, 'stored']);
    const stored = await firstOf(opened.transport.snapshots('run1'), 2);
    expect(stored.map(({ value }) => value)).toEqual([snapshotOf(1), snapshotOf(2)]);
  });

  it('commits to the log of its own run', async () => {
    await using opened = await open();
    await opened.transport.shards.enqueue([...shardsOf(1, 'run1'), ...shardsOf(1, 'run2')]);
    const results: unknown[] = [];
    const worker = await opened.join('worker');
    await using _work = await worker.shards.work(async (lease, signal) => {
      const { runId } = lease.shard.plan;
      results.push(
        await lease.commit(snapshotOf(1, { runId, final: true }), checkpointOf(1, { final: true })),
      );
      await aborted(signal);
    });
    await until(() => results.length === 2);
    expect(results).toEqual(['stored', 'stored']);
    for (const runId of ['run1', 'run2']) {
      const [stored] = await firstOf(opened.transport.snapshots(runId), 1);
      expect(stored?.value.runId).toBe(runId);
    }
  });

  it('does not hand a shard on at once whose holder rejects, and tells whoever gave it the work', async () => {
    await using opened = await open();
    await opened.transport.shards.enqueue(shardsOf(1));
    let handed = 0;
    const worker = await opened.join('worker');
    const work = await worker.shards.work(async () => {
      handed += 1;
      throw new Error('no luck');
    });
    await until(() => handed === 1);
    await sleep(300);
    expect(handed).toBe(1);
    await expect(work[Symbol.asyncDispose]()).rejects.toThrow('no luck');
  });

  it('asks a holder that ends to give its shards back, and waits for it', async () => {
    await using opened = await open();
    await opened.transport.shards.enqueue(shardsOf(2));
    const leases: ShardLease[] = [];
    const ended: unknown[] = [];
    const worker = await opened.join('worker');
    const work = await worker.shards.work(async (lease, signal) => {
      leases.push(lease);
      await aborted(signal);
      await sleep(20);
      ended.push(signal.reason);
    });
    await until(() => leases.length === 2);
    expect(leases.map((lease) => lease.mayStillSend())).toEqual([true, true]);
    await work[Symbol.asyncDispose]();
    expect(ended).toEqual(['yield', 'yield']);
    expect(leases.map((lease) => lease.mayStillSend())).toEqual([false, false]);
  });
}

/** Runs the only shard of a run until `use` has settled. */
async function withLease<T>(opened: OpenedTransport, use: (lease: ShardLease) => Promise<T>): Promise<T> {
  await opened.transport.shards.enqueue(shardsOf(1));
  const { promise, resolve } = Promise.withResolvers<T>();
  const worker = await opened.join('worker');
  await using _work = await worker.shards.work(async (lease, signal) => {
    resolve(await use(lease));
    await aborted(signal);
  });
  return await promise;
}
