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

describe('WorkerHealth', () => {
  it('adds up what is under way by shard, as last told', () => {
    const health = new WorkerHealth();
    for (const told_ of [told('a', 0, 0, 0, 5, 0), told('a', 1, 0, 0, 2, 0), told('a', 0, 0, 0, 3, 0)])
      health.add(told_);
    expect(health.inFlight).toBe(5);
  });

  it('takes the busiest worker, its mean for the run and its last word on the way', () => {
    const health = new WorkerHealth();
    for (const told_ of [
      told('a', 0, 0.2, 100, 0, 4),
      told('a', 0, 0.4, 90, 0, 6),
      told('b', 1, 0.1, 300, 0, 1),
    ])
      health.add(told_);
    expect(health.cpuRatio).toBe(0.4);
    expect(health.summary()).toEqual({
      workers: 2,
      cpuRatio: expect.closeTo(0.3, 9),
      peakRssBytes: 300,
      travel: { paths: ['wire'], connectionsOpened: 7, redirects: 0, decodedResponses: 0 },
    });
  });

  it('knows nothing before it was told', () => {
    expect(new WorkerHealth().summary()).toMatchObject({
      workers: 0,
      cpuRatio: undefined,
      peakRssBytes: undefined,
    });
  });
});
