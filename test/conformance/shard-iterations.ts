import type { IterationRange, ShardLease } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { checkpointOf, shardsOf, snapshotOf } from './samples.ts';
import type { OpenTransport } from './transport.ts';
import { aborted, until } from './waiting.ts';

const request = { loadKey: 'chat/openai', counter: 'requests', wanted: 3, limit: 40 };

/** How every transport numbers the iterations of closed loops. */
export function iterationConformance(open: OpenTransport): void {
  it('gives every iteration once, over shards and epochs, and tells the next holder how many there were', async () => {
    await using opened = await open();
    await opened.transport.shards.enqueue(shardsOf(3));
    const numbers: number[] = [];
    const reserved: unknown[] = [];
    const worker = await opened.join('worker');
    await using _work = await worker.shards.work(async (lease, signal) => {
      if (lease.epoch === 1) {
        for (let block = 0; block < 2; block += 1) numbers.push(...numbersOf(await lease.reserve(request)));
        await giveBack(lease);
        return;
      }
      reserved.push(lease.reserved);
      numbers.push(...(await drain(lease)));
      await finish(lease);
      await aborted(signal);
    });
    await until(() => reserved.length === 3 && numbers.length === 40);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, number) => number));
    expect(reserved).toEqual([{ 'chat/openai': 6 }, { 'chat/openai': 6 }, { 'chat/openai': 6 }]);
  });

  it('counts by counter and by load, with no end where there is no limit', async () => {
    await using opened = await open();
    await opened.transport.shards.enqueue(shardsOf(1));
    const told = Promise.withResolvers<unknown>();
    const worker = await opened.join('worker');
    const ranges: IterationRange[] = [];
    await using _work = await worker.shards.work(async (lease, signal) => {
      if (lease.epoch === 1) {
        ranges.push(await lease.reserve({ ...request, wanted: 5, limit: 2 }));
        ranges.push(await lease.reserve({ ...request, loadKey: 'chat/azure', wanted: 5, limit: 2 }));
        const endless = { loadKey: 'soak/openai', counter: 'soak', limit: Infinity };
        ranges.push(await lease.reserve({ ...endless, wanted: 1000 }));
        ranges.push(await lease.reserve({ ...endless, wanted: 1 }));
        await giveBack(lease);
      } else {
        told.resolve(lease.reserved);
        await finish(lease);
        await aborted(signal);
      }
    });
    expect(await told.promise).toMatchObject({ 'chat/openai': 2, 'soak/openai': 1001 });
    expect(ranges.map(({ count }) => count)).toEqual([2, 0, 1000, 1]);
    expect([ranges[0], ranges[2], ranges[3]].map((range) => range?.first)).toEqual([0, 0, 1000]);
  });

  it('gives none once the shard is given back', async () => {
    await using opened = await open();
    await opened.transport.shards.enqueue(shardsOf(1));
    const afterwards = Promise.withResolvers<IterationRange>();
    const following = Promise.withResolvers<unknown>();
    const worker = await opened.join('worker');
    await using _work = await worker.shards.work(async (lease, signal) => {
      if (lease.epoch === 1) {
        await giveBack(lease);
        afterwards.resolve(await lease.reserve(request));
      } else {
        await afterwards.promise;
        following.resolve([lease.reserved, await lease.reserve(request)]);
        await finish(lease);
        await aborted(signal);
      }
    });
    expect((await afterwards.promise).count).toBe(0);
    expect(await following.promise).toEqual([{}, { first: 0, count: 3 }]);
  });

  it('counts each run for itself', async () => {
    await using opened = await open();
    await opened.transport.shards.enqueue([...shardsOf(1, 'run1'), ...shardsOf(1, 'run2')]);
    const ranges: IterationRange[] = [];
    const worker = await opened.join('worker');
    await using _work = await worker.shards.work(async (lease, signal) => {
      ranges.push(await lease.reserve(request));
      await finish(lease);
      await aborted(signal);
    });
    await until(() => ranges.length === 2);
    expect(ranges).toEqual([
      { first: 0, count: 3 },
      { first: 0, count: 3 },
    ]);
  });
}

async function drain(lease: ShardLease): Promise<number[]> {
  const numbers: number[] = [];
  for (;;) {
    const range = await lease.reserve(request);
    if (range.count === 0) return numbers;
    numbers.push(...numbersOf(range));
  }
}

async function giveBack(lease: ShardLease): Promise<void> {
  const { shard, plan } = lease.shard;
  const snapshot = snapshotOf(1, { shard, runId: plan.runId, last: true });
  expect(await lease.commit(snapshot, checkpointOf(1, { yielded: true }))).toBe('stored');
}

async function finish(lease: ShardLease): Promise<void> {
  const { shard, plan } = lease.shard;
  const { epoch } = lease;
  const snapshot = snapshotOf(1, { shard, runId: plan.runId, epoch, final: true });
  expect(await lease.commit(snapshot, checkpointOf(1, { epoch, final: true }))).toBe('stored');
}

function numbersOf({ first, count }: IterationRange): number[] {
  return Array.from({ length: count }, (_, place) => first + place);
}
