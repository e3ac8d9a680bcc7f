import { Trend } from '@tokenstorm/core';
import type { GeneratorHealth } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { WorkerHealth } from './worker-health.ts';
import { snapshot } from './__fixtures__/snapshots.ts';

function told(
  workerId: string,
  shard: number,
  cpuRatio: number,
  rssBytes: number,
  inFlight: number,
  connectionsOpened: number,
) {
  const travel = { paths: ['wire'], connectionsOpened, redirects: 0, decodedResponses: 0 };
  return snapshot(1, { workerId, shard, health: { cpuRatio, rssBytes, inFlight, travel } });
}

/** A snapshot that tells of the generator's condition. */
function condition(
  workerId: string,
  shard: number,
  health: Partial<GeneratorHealth>,
  interval: { readonly intervalStartMs?: number; readonly intervalMs?: number } = {},
) {
  const usual = told(workerId, shard, 0.1, 1, 0, 0);
  return { ...usual, ...interval, health: { ...usual.health, ...health } };
}

function encoded(count: number, value: number) {
  const trend = new Trend();
  trend.recordMany(value, count);
  return trend.encode();
}

describe('WorkerHealth', () => {
  it('adds up what is under way by shard, as last told', () => {
    const health = new WorkerHealth(0);
    for (const told_ of [told('a', 0, 0, 0, 5, 0), told('a', 1, 0, 0, 2, 0), told('a', 0, 0, 0, 3, 0)])
      health.add(told_);
    expect(health.inFlight).toBe(5);
  });

  it('tells the regions apart: what is under way in each, and its busiest worker now', () => {
    const health = new WorkerHealth(0);
    for (const told_ of [told('a', 0, 0.2, 0, 5, 0), told('a', 0, 0.3, 0, 4, 0), told('b', 1, 0.1, 0, 2, 0)])
      health.add(told_);
    health.add({ ...told('c', 2, 0.7, 0, 1, 0), region: 'us' });
    expect(health.regions((shard) => (shard === 2 ? 'us' : 'eu'))).toEqual([
      { region: 'eu', inFlight: 6, cpuRatio: 0.3 },
      { region: 'us', inFlight: 1, cpuRatio: 0.7 },
    ]);
    expect(new WorkerHealth(0).regions(() => 'eu')).toEqual([]);
  });

  it('takes the busiest worker, its mean for the run and its last word on the way', () => {
    const health = new WorkerHealth(0);
    for (const told_ of [
      told('a', 0, 0.2, 100, 0, 4),
      told('a', 0, 0.4, 90, 0, 6),
      told('b', 1, 0.1, 300, 0, 1),
    ])
      health.add(told_);
    expect(health.cpuRatio).toBe(0.4);
    expect(health.summary()).toEqual({
      workers: 2,
      workersByRegion: { eu: 2 },
      cpuRatio: expect.closeTo(0.3, 9),
      peakRssBytes: 300,
      stampErrorBoundP99Ms: undefined,
      eventLoopDelayP99Ms: undefined,
      runQueueDelayRatio: undefined,
      clockErrorMs: undefined,
      clockErrorBoundMs: undefined,
      limits: [],
      travel: { paths: ['wire'], connectionsOpened: 7, redirects: 0, decodedResponses: 0 },
    });
  });

  it('merges what the workers say of their event loops, each value once', () => {
    const health = new WorkerHealth(0);
    health.add(condition('a', 0, { stampErrorBound: encoded(98, 0.25), eventLoopDelay: encoded(1000, 0) }));
    health.add(condition('a', 1, {}));
    health.add(condition('b', 2, { stampErrorBound: encoded(2, 8), eventLoopDelay: encoded(20, 4) }));
    // 2 of 100 stamps, and 20 of 1,020 moments, lie above: more than 1 in 100.
    expect(health.summary()).toMatchObject({
      stampErrorBoundP99Ms: expect.closeTo(8, 2),
      eventLoopDelayP99Ms: expect.closeTo(4, 2),
    });
  });

  it('takes the worker that waited most for a CPU, over its time, however many shards tell it', () => {
    const health = new WorkerHealth(0);
    for (const shard of [0, 1, 2])
      health.add(condition('a', shard, { runQueueDelayRatio: 0.4 }, { intervalMs: 1000 }));
    health.add(condition('a', 0, { runQueueDelayRatio: 0.1 }, { intervalMs: 3000 }));
    health.add(condition('b', 3, { runQueueDelayRatio: 0.2, clockErrorMs: 3, clockErrorBoundMs: 7 }));
    health.add(condition('b', 3, { clockErrorMs: 1, clockErrorBoundMs: 40 }));
    // Worker a: (3 x 0.4 x 1 s + 0.1 x 3 s) / 6 s.
    expect(health.summary()).toMatchObject({
      runQueueDelayRatio: expect.closeTo(0.25, 9),
      clockErrorMs: 3,
      clockErrorBoundMs: 40,
    });
  });

  it('leaves the condition during the warm-up out, but for the interval in which it ends', () => {
    const health = new WorkerHealth(1500);
    const bad = { stampErrorBound: encoded(1000, 50), runQueueDelayRatio: 1, clockErrorMs: 90 };
    health.add(condition('a', 0, bad, { intervalStartMs: 0, intervalMs: 1000 }));
    expect(health.summary()).toMatchObject({
      stampErrorBoundP99Ms: undefined,
      runQueueDelayRatio: undefined,
      clockErrorMs: undefined,
    });
    const good = { stampErrorBound: encoded(10, 0.5), runQueueDelayRatio: 0.01 };
    health.add(condition('a', 0, good, { intervalStartMs: 1000, intervalMs: 1000 }));
    expect(health.summary()).toMatchObject({ stampErrorBoundP99Ms: 0.5, runQueueDelayRatio: 0.01 });
  });

  it('knows nothing before it was told', () => {
    expect(new WorkerHealth(0).summary()).toMatchObject({
      workers: 0,
      cpuRatio: undefined,
      peakRssBytes: undefined,
    });
  });
});
