import { SeriesRecorder } from '@tokenstorm/core';
import type { Workload } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { TestLease, planOf, transportOf } from '../__fixtures__/run-setup.ts';
import { Engine } from '../engine.ts';
import { workload } from '../request/__fixtures__/request-setup.ts';
import { loadSource } from './load-sources.ts';
import { TargetLoad } from './target-load.ts';
import type { Start } from './target-load.ts';

/** Runs the source of one shard against a target that answers at once; gives its starts and the blocks that it asked for. */
async function startsOf(load: Workload['load'], shards: number, shard: number, transport = transportOf()) {
  const described = workload({ load });
  const plan = planOf([described], 'http://127.0.0.1:1', { shards });
  const wanted: number[] = [];
  const counter = { ...transport.iterations };
  Object.assign(transport.iterations, {
    reserve: (key: string, count: number, limit: number) => {
      wanted.push(count);
      return counter.reserve(key, count, limit);
    },
  });
  await using engine = new Engine({ plan, transport, workerId: 'w1', environment: {} });
  await engine.prepare();
  const labels = { provider: 'own', model: 'm', scenario: 'load', region: 'eu', phase: 'main' } as const;
  const window = { startMs: 0, endMs: 0 };
  const recorder = new SeriesRecorder(labels, {}, window);
  const client = engine.clients.client('own/m', 'eu', 1000);
  const recorders = { warmup: recorder, main: recorder };
  const target = new TargetLoad(
    { workload: described, client, recorders, window, onRecord: () => {} },
    engine,
  );
  const starts: Start[] = [];
  target.send = (start, onEnd) => {
    starts.push(start);
    if (onEnd !== undefined) setImmediate(onEnd);
  };
  target.begin(engine.clock.nowMs());
  await loadSource(target, new TestLease(plan, { shard }), engine).run();
  return { starts, wanted };
}

const thinkTimeMs = { kind: 'fixed', value: 0 } as const;

describe('the source of a shard', () => {
  it('draws iterations in blocks as large as the shard has users', async () => {
    const load = { executor: 'shared-iterations', vus: 7, iterations: 12, thinkTimeMs } as const;
    const { starts, wanted } = await startsOf(load, 3, 0);
    expect(starts).toHaveLength(12);
    expect(new Set(wanted)).toEqual(new Set([3]));
    expect(new Set((await startsOf(load, 3, 2)).wanted)).toEqual(new Set([2]));
  });

  it('numbers shared iterations over all shards, each number once', async () => {
    const load = { executor: 'shared-iterations', vus: 4, iterations: 9, thinkTimeMs } as const;
    const transport = transportOf();
    const shards = await Promise.all([0, 1].map((shard) => startsOf(load, 2, shard, transport)));
    const indexes = shards.flatMap(({ starts }) => starts.map((start) => start.arrivalIndex));
    expect(indexes.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('numbers the requests of users as no other shard does', async () => {
    const load = { executor: 'constant-vus', vus: 2, durationMs: 100, thinkTimeMs } as const;
    const shards = await Promise.all([0, 1].map((shard) => startsOf(load, 2, shard)));
    for (const [shard, { starts }] of shards.entries()) {
      const indexes = starts.map((start) => start.arrivalIndex);
      expect(indexes.length).toBeGreaterThan(3);
      expect(indexes).toEqual(indexes.map((_, count) => 2 * count + shard));
    }
  });

  it('has the arrivals of its slice, and all slices together those of the region', async () => {
    const load = {
      executor: 'constant-arrival-rate',
      ratePerSecond: 200,
      durationMs: 100,
      arrivals: 'constant',
      maxInFlight: 99,
    } as const;
    const slices = await Promise.all([0, 1, 2].map((shard) => startsOf(load, 3, shard)));
    const indexes = slices.map(({ starts }) => starts.map((start) => start.arrivalIndex));
    expect(indexes[1]?.every((index) => index % 3 === 1)).toBe(true);
    expect(indexes.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });
});
