import { SeriesRecorder } from '@tokenstorm/core';
import type { Workload } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { TestLease, planOf, transportOf, unlimited } from '../__fixtures__/run-setup.ts';
import type { TestLeaseOptions } from '../__fixtures__/run-setup.ts';
import { Engine } from '../engine.ts';
import { workload } from '../request/__fixtures__/request-setup.ts';
import { RunControl } from '../run-control.ts';
import { ShardControl } from '../shard-control.ts';
import { loadSource } from './load-sources.ts';
import { TargetLoad } from './target-load.ts';
import type { Start } from './target-load.ts';

interface SourceOptions extends TestLeaseOptions {
  readonly shards: number;
  /** How long ago the load began, ms. */
  readonly beganAgoMs?: number;
  /** Half of how long Redis takes to answer, ms. */
  readonly errorBoundMs?: number;
}

/** Runs the source of one shard against a target that answers at once; gives its starts and what it had to take up. */
async function startsOf(
  load: Workload['load'],
  { shards, beganAgoMs = 0, errorBoundMs = 0, ...options }: SourceOptions,
) {
  const described = workload({ load });
  const plan = planOf([described], 'http://127.0.0.1:1', { shards });
  const lease = new TestLease(plan, options);
  const local = transportOf();
  const transport = { ...local, clock: { ...local.clock, errorBoundMs: () => errorBoundMs } };
  await using engine = new Engine({ plan, transport, workerId: 'w1', environment: {} });
  await engine.prepare('eu');
  const labels = { provider: 'own', model: 'm', scenario: 'load', region: 'eu', phase: 'main' } as const;
  const window = { startMs: 0, endMs: 0 };
  const recorder = new SeriesRecorder(labels, {}, window);
  const client = engine.clients.client('own/m', 'eu', 1000);
  const recorders = { warmup: recorder, main: recorder };
  const target = new TargetLoad(
    { workload: described, client, recorders, window, right: unlimited, onRecord: () => {} },
    engine,
  );
  const starts: Start[] = [];
  target.send = (start, onEnd) => {
    starts.push(start);
    if (onEnd !== undefined) setImmediate(onEnd);
  };
  target.begin(engine.clock.nowMs() - beganAgoMs);
  const run = new RunControl(engine.clock);
  const control = new ShardControl(run, lease, new AbortController().signal, () => engine.clock.nowMs());
  const source = loadSource(target, { lease, engine, control });
  const before = await source.takeUp();
  await source.run();
  return { starts, lease, before };
}

const thinkTimeMs = { kind: 'fixed', value: 0 } as const;

describe('the source of a shard', () => {
  it('numbers shared iterations over all shards, each number once', async () => {
    const load = { executor: 'shared-iterations', vus: 4, iterations: 9, thinkTimeMs } as const;
    const counters = new Map<string, number>();
    const shards = await Promise.all([0, 1].map((shard) => startsOf(load, { shards: 2, shard, counters })));
    const indexes = shards.flatMap(({ starts }) => starts.map((start) => start.arrivalIndex));
    expect(indexes.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...counters]).toEqual([['load/own/m', 9]]);
    expect(shards.map(({ lease }) => lease.reserved['load/own/m'] ?? 0).reduce((sum, one) => sum + one)).toBe(
      9,
    );
  });

  it('numbers the requests of users as no other shard does', async () => {
    const load = { executor: 'constant-vus', vus: 2, durationMs: 100, thinkTimeMs } as const;
    const counters = new Map<string, number>();
    const shards = await Promise.all([0, 1].map((shard) => startsOf(load, { shards: 2, shard, counters })));
    for (const [shard, { starts }] of shards.entries()) {
      const indexes = starts.map((start) => start.arrivalIndex);
      expect(indexes.length).toBeGreaterThan(3);
      expect(indexes).toEqual(indexes.map((_, count) => 2 * count + shard));
    }
    expect([...counters.keys()].toSorted()).toEqual(['load/own/m/0', 'load/own/m/1']);
  });

  it('goes on with the numbers of users where a holder before left off', async () => {
    const load = { executor: 'constant-vus', vus: 1, durationMs: 400, thinkTimeMs } as const;
    const checkpoint = {
      epoch: 1,
      sequence: 3,
      accountedUpToMs: 0,
      inFlight: 0,
      positions: { 'load/own/m': 40 },
      leftover: { 'load/own/m': [{ first: 40, count: 3 }] },
      yielded: true,
      final: false,
    };
    const { starts, before } = await startsOf(load, {
      shards: 1,
      epoch: 2,
      checkpoint,
      reserved: { 'load/own/m': 43 },
      counters: new Map([['load/own/m/0', 43]]),
    });
    expect(before).toEqual({ warmup: 0, main: 40 });
    expect(starts.slice(0, 5).map((start) => start.arrivalIndex)).toEqual([40, 41, 42, 43, 44]);
  });

  it('sends what came due while it changed hands: 2 s of it, and ten round trips to where it does', async () => {
    const load = {
      executor: 'constant-arrival-rate',
      ratePerSecond: 10,
      durationMs: 1000,
      arrivals: 'constant',
      maxInFlight: 99,
    } as const;
    const yielded = { yielded: true, final: false, positions: {}, accountedUpToMs: 0, inFlight: 0 };
    const givenBack = { shards: 1, epoch: 2, checkpoint: { ...yielded, epoch: 1, sequence: 1 } };
    // All of it lies 2.5 to 3.5 s back.
    const near = await startsOf(load, { ...givenBack, beganAgoMs: 3500, errorBoundMs: 0.1 });
    const far = await startsOf(load, { ...givenBack, beganAgoMs: 3500, errorBoundMs: 100 });
    expect([near.starts.length, far.starts.length]).toEqual([0, 10]);
    expect([near.before, far.before]).toEqual([
      { warmup: 0, main: 10 },
      { warmup: 0, main: 0 },
    ]);
  });

  it('has the arrivals of its slice, and all slices together those of the region', async () => {
    const load = {
      executor: 'constant-arrival-rate',
      ratePerSecond: 200,
      durationMs: 100,
      arrivals: 'constant',
      maxInFlight: 99,
    } as const;
    const slices = await Promise.all([0, 1, 2].map((shard) => startsOf(load, { shards: 3, shard })));
    const indexes = slices.map(({ starts }) => starts.map((start) => start.arrivalIndex));
    expect(indexes[1]?.every((index) => index % 3 === 1)).toBe(true);
    expect(indexes.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });
});
