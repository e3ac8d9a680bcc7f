import { defaultExecution } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import type {
  MetricsSnapshot,
  RunPlan,
  Scenario,
  Shard,
  ShardCheckpoint,
  ShardHandler,
  ShardLease,
  Transport,
} from '@tokenstorm/core';
import { limiterConformance } from './rate-limiter.ts';

/** What every transport must do. `open` gives a fresh, empty one. */
export function transportConformance(name: string, open: () => Promise<Transport>): void {
  describe(`${name}: log`, () => {
    logConformance(open);
  });
  describe(`${name}: shard queue`, () => {
    queueConformance(open);
  });
  describe(`${name}: iterations and data sets`, () => {
    storeConformance(open);
  });
  describe(`${name}: rate limiter`, () => {
    limiterConformance(open);
  });
}

function logConformance(open: () => Promise<Transport>): void {
  it('yields what was appended before and after the reader came, in order', async () => {
    await using transport = await open();
    await transport.snapshots.append(snapshot(1));
    const reading = sequences(transport, 3);
    await transport.snapshots.append(snapshot(2));
    await transport.snapshots.append(snapshot(3));
    expect((await reading).map(({ value }) => value.sequence)).toEqual([1, 2, 3]);
  });

  it('reads on after an id', async () => {
    await using transport = await open();
    for (const sequence of [1, 2, 3]) await transport.snapshots.append(snapshot(sequence));
    const [first] = await sequences(transport, 1);
    const rest = await sequences(transport, 2, first?.id);
    expect(rest.map(({ value }) => value.sequence)).toEqual([2, 3]);
  });

  it('forgets what was trimmed and nothing else', async () => {
    await using transport = await open();
    for (const sequence of [1, 2, 3]) await transport.snapshots.append(snapshot(sequence));
    const [, second] = await sequences(transport, 2);
    await transport.snapshots.trim(second?.id ?? '');
    expect((await sequences(transport, 1)).map(({ value }) => value.sequence)).toEqual([3]);
  });

  it('keeps a snapshot as it was, histograms to the byte', async () => {
    await using transport = await open();
    const original = snapshot(1);
    await transport.snapshots.append(original);
    const [read] = await sequences(transport, 1);
    expect(read?.value).toEqual(original);
  });

  it('ends a reader that waits when its signal aborts', async () => {
    await using transport = await open();
    const stop = new AbortController();
    const reading = (async () => {
      for await (const _ of transport.events.read({ signal: stop.signal }))
        throw new Error('nothing was appended');
    })();
    stop.abort();
    await reading;
  });
}

function queueConformance(open: () => Promise<Transport>): void {
  it('gives each shard to exactly one holder, however often it was enqueued', async () => {
    await using transport = await open();
    const taken: number[] = [];
    const handler: ShardHandler = async (lease, signal) => {
      taken.push(lease.shard.shard);
      await finishWhen(lease, signal);
    };
    await transport.shards.enqueue(shards(4));
    await transport.shards.enqueue(shards(4));
    await using _one = await transport.shards.work(handler);
    await using _two = await transport.shards.work(handler);
    await until(() => taken.length === 4);
    expect(taken.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  it('stores commits in sequence, once each, and says where it stands', async () => {
    await using transport = await open();
    const results = await withLease(transport, async (lease) => [
      await lease.commit(snapshot(1), checkpoint(1)),
      await lease.commit(snapshot(3), checkpoint(3)),
      await lease.commit(snapshot(1), checkpoint(1)),
      await lease.commit(snapshot(2), checkpoint(2, true)),
    ]);
    expect(results).toEqual(['stored', { storedUpTo: 1 }, { storedUpTo: 1 }, 'stored']);
    const stored = await sequences(transport, 2);
    expect(stored.map(({ value }) => value.sequence)).toEqual([1, 2]);
  });

  it('gives an unfinished shard to the next holder with its checkpoint and the next epoch', async () => {
    await using transport = await open();
    await transport.shards.enqueue(shards(1));
    const first = await transport.shards.work(async (lease, signal) => {
      await lease.commit(snapshot(1), checkpoint(1));
      await aborted(signal);
    });
    await sequences(transport, 1);
    await first[Symbol.asyncDispose]();
    const leases: ShardLease[] = [];
    await using _second = await transport.shards.work(async (lease, signal) => {
      leases.push(lease);
      await aborted(signal);
    });
    await until(() => leases.length === 1);
    expect(leases[0]).toMatchObject({
      epoch: 2,
      checkpoint: { epoch: 1, sequence: 1, accountedUpToMs: 1000 },
    });
  });

  it('tells a holder when it must give its shards back, and waits for it', async () => {
    await using transport = await open();
    await transport.shards.enqueue(shards(2));
    const ended: number[] = [];
    const work = await transport.shards.work(async (lease, signal) => {
      await aborted(signal);
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended.push(lease.shard.shard);
    });
    await work[Symbol.asyncDispose]();
    expect(ended).toHaveLength(2);
  });

  it('does not hand a shard on whose holder rejects, and tells whoever gave it the work', async () => {
    await using transport = await open();
    await transport.shards.enqueue(shards(1));
    let handed = 0;
    const failing = Promise.withResolvers<void>();
    const work = await transport.shards.work(async () => {
      handed += 1;
      await failing.promise;
    });
    await until(() => handed === 1);
    setTimeout(() => failing.reject(new Error('no luck')), 10);
    await expect(work[Symbol.asyncDispose]()).rejects.toThrow('no luck');
    await using _other = await transport.shards.work(async () => void (handed += 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(handed).toBe(1);
  });

  it('fences a holder that has given its shard back', async () => {
    await using transport = await open();
    await transport.shards.enqueue(shards(1));
    const leases: ShardLease[] = [];
    const work = await transport.shards.work(async (lease, signal) => {
      leases.push(lease);
      await aborted(signal);
    });
    await until(() => leases.length === 1);
    expect(leases[0]?.mayStillSend()).toBe(true);
    await work[Symbol.asyncDispose]();
    expect(leases[0]?.mayStillSend()).toBe(false);
    expect(await leases[0]?.commit(snapshot(1), checkpoint(1))).toBe('fenced');
  });
}

function storeConformance(open: () => Promise<Transport>): void {
  it('grants every iteration once, up to the limit', async () => {
    await using transport = await open();
    const granted = await Promise.all(
      Array.from({ length: 8 }, () => transport.iterations.reserve('key', 3, 20)),
    );
    const numbers = granted.flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, place) => first + place),
    );
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, number) => number));
    expect(await transport.iterations.reserve('key', 1, 20)).toMatchObject({ count: 0 });
    expect(await transport.iterations.reserve('another key', 5, 2)).toEqual({ first: 0, count: 2 });
  });

  it('gives a data set back as it was put, and refuses an unknown one', async () => {
    await using transport = await open();
    const dataset = {
      id: 'abc',
      path: 'p.csv',
      rows: [{ columns: { question: 'Warum?' } }, { columns: { question: '' } }],
    };
    await transport.datasets.put(dataset);
    expect(await transport.datasets.get('abc')).toEqual(dataset);
    await expect(transport.datasets.get('unknown')).rejects.toMatchObject({ code: 'E_FILE' });
  });
}

async function sequences(transport: Transport, count: number, afterId?: string) {
  const entries = [];
  const stop = new AbortController();
  const options = { signal: stop.signal, ...(afterId !== undefined && { afterId }) };
  for await (const entry of transport.snapshots.read(options)) {
    entries.push(entry);
    if (entries.length === count) break;
  }
  return entries;
}

async function withLease<T>(transport: Transport, use: (lease: ShardLease) => Promise<T>): Promise<T> {
  await transport.shards.enqueue(shards(1));
  const { promise, resolve } = Promise.withResolvers<T>();
  await using _work = await transport.shards.work(async (lease) => resolve(await use(lease)));
  return await promise;
}

async function finishWhen(lease: ShardLease, signal: AbortSignal): Promise<void> {
  await lease.commit(snapshot(1), checkpoint(1, true));
  await aborted(signal);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function shards(count: number): Shard[] {
  const slices = Array.from({ length: count }, (_, slice) => ({ shard: slice, region: 'eu', slice, count }));
  const plan: RunPlan = { runId: 'run1', scenario, shards: slices, snapshotIntervalMs: 1000 };
  return slices.map((slice) => ({ ...slice, plan }));
}

const travel = { paths: ['wire'], connectionsOpened: 2, redirects: 0, decodedResponses: 0 };

const scenario: Scenario = {
  name: 'conformance',
  seed: 1,
  regions: [{ name: 'eu', weight: 1 }],
  targets: [],
  workloads: [],
  limits: [],
  execution: defaultExecution,
  thresholds: [],
  exports: [],
};

function checkpoint(sequence: number, final = false): ShardCheckpoint {
  return { epoch: 1, sequence, accountedUpToMs: sequence * 1000, inFlight: 0, final };
}

function snapshot(sequence: number): MetricsSnapshot {
  const labels = { provider: 'p', model: 'm', scenario: 's', region: 'eu', phase: 'main' } as const;
  const accounting = { scheduled: 2, completed: 1, failed: 1, dropped: 0, lost: 0, cancelled: 0 };
  const ttft = {
    count: 1,
    sum: 5.5,
    sumOfSquares: 30.25,
    min: 5.5,
    max: 5.5,
    hdr: Uint8Array.of(0, 255, 128, 10),
  };
  return {
    version: 1,
    runId: 'run1',
    shard: 0,
    epoch: 1,
    sequence,
    final: false,
    region: 'eu',
    workerId: 'w1',
    intervalStartMs: (sequence - 1) * 1000,
    intervalMs: 1000,
    series: [{ labels, accounting, counters: { attempts: 2 }, errors: { reset: 1 }, trends: { ttft } }],
    calls: [],
    health: { cpuRatio: 0.1, rssBytes: 1e6, inFlight: 3, travel },
  };
}
