import { setTimeout as sleep } from 'node:timers/promises';
import type { AggregationHandler, AggregationLease } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { planOf, snapshotOf } from './samples.ts';
import type { OpenedTransport, OpenTransport, TransportTraits } from './transport.ts';
import { aborted, firstOf, until } from './waiting.ts';

const sum = Uint8Array.of(0, 1, 254, 255);

/** How every transport hands runs out to be folded. */
export function aggregationConformance(open: OpenTransport, { keepsSums }: TransportTraits): void {
  it('gives each run to one aggregator, however often it was enqueued', async () => {
    await using opened = await open();
    const leases: AggregationLease[] = [];
    await using _one = await fold(opened, keeping(leases));
    await using _two = await fold(opened, keeping(leases));
    for (const runId of ['run1', 'run1', 'run2'])
      await opened.transport.aggregations.enqueue(planOf(2, runId));
    await until(() => leases.length === 2);
    await sleep(300);
    expect(leases.map(({ plan }) => plan).toSorted((a, b) => a.runId.localeCompare(b.runId))).toEqual([
      planOf(2, 'run1'),
      planOf(2, 'run2'),
    ]);
    expect(leases.map((lease) => lease.mayStillWrite())).toEqual([true, true]);
  });

  it('forgets what is in the sum, and nothing else', async () => {
    await using opened = await open();
    const leases: AggregationLease[] = [];
    await using _work = await fold(opened, keeping(leases));
    await opened.transport.aggregations.enqueue(planOf(1));
    await until(() => leases.length === 1);
    await foldTwoOfThree(opened, leases[0]);
    const log = opened.transport.snapshots('run1');
    expect((await firstOf(log, 1)).map(({ value }) => value.sequence)).toEqual([3]);
  });

  it('gives a run that was given back to the next aggregator, with the sum where it is stored', async () => {
    await using opened = await open();
    const leases: AggregationLease[] = [];
    const first = await fold(opened, keeping(leases));
    await opened.transport.aggregations.enqueue(planOf(1));
    await until(() => leases.length === 1);
    expect(leases[0]?.checkpoint).toBeUndefined();
    const upToId = await foldTwoOfThree(opened, leases[0]);
    await first[Symbol.asyncDispose]();
    await using _second = await fold(opened, keeping(leases));
    await until(() => leases.length === 2);
    const { checkpoint } = leases[1] ?? {};
    expect(checkpoint && { upToId: checkpoint.upToId, state: [...checkpoint.state] }).toEqual(
      keepsSums ? { upToId, state: [...sum] } : undefined,
    );
    expect(leases[0]?.mayStillWrite()).toBe(false);
    const [third] = await firstOf(opened.transport.snapshots('run1'), 1);
    expect(await leases[0]?.advance(third?.id ?? '', () => sum)).toBe(false);
    expect(await leases[0]?.endEpoch(0, 1)).toBeUndefined();
    expect(await leases[1]?.advance(third?.id ?? '', () => sum)).toBe(true);
  }, 60_000);

  it('gives a run to nobody once its handler has returned', async () => {
    await using opened = await open();
    let handed = 0;
    const work = await fold(opened, async () => void (handed += 1));
    await opened.transport.aggregations.enqueue(planOf(1));
    await until(() => handed === 1);
    await opened.transport.aggregations.enqueue(planOf(1));
    await sleep(300);
    await work[Symbol.asyncDispose]();
    await using _other = await fold(opened, async () => void (handed += 1));
    await sleep(300);
    expect(handed).toBe(1);
  });

  it('tells whoever gave it the work that a handler rejected', async () => {
    await using opened = await open();
    let handed = 0;
    const work = await fold(opened, async () => {
      handed += 1;
      throw new Error('no luck');
    });
    await opened.transport.aggregations.enqueue(planOf(1));
    await until(() => handed === 1);
    await sleep(20);
    await expect(work[Symbol.asyncDispose]()).rejects.toThrow('no luck');
  });
}

async function fold(opened: OpenedTransport, handler: AggregationHandler): Promise<AsyncDisposable> {
  return (await opened.join('aggregator')).aggregations.work(handler);
}

function keeping(leases: AggregationLease[]): AggregationHandler {
  return async (lease, signal) => {
    leases.push(lease);
    await aborted(signal);
  };
}

/** Appends three snapshots and tells that the first two are in the sum, until they are forgotten; resolves to the second's id. */
async function foldTwoOfThree(opened: OpenedTransport, lease: AggregationLease | undefined): Promise<string> {
  const log = opened.transport.snapshots('run1');
  for (const sequence of [1, 2, 3]) await log.append(snapshotOf(sequence));
  const [, second] = await firstOf(log, 2);
  const upToId = second?.id ?? '';
  await until(async () => {
    expect(await lease?.advance(upToId, () => sum)).toBe(true);
    return (await firstOf(log, 1))[0]?.value.sequence === 3;
  });
  return upToId;
}
