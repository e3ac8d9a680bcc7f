import { describe, expect, it } from 'vitest';
import { peakConnections, planRun, planView } from './plan.ts';
import { newRunId } from './run-id.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';

const twoModels = {
  providers: [{ name: 'own', type: 'openai-compatible', base_url: 'http://127.0.0.1:1', models: ['a', 'b'] }],
};
const users = { executor: 'constant-vus', vus: 7, duration: '10s' };
const rate = { executor: 'constant-arrival-rate', rate: 5, duration: '10s', max_in_flight: 40 };

function peak(document: Parameters<typeof scenarioOf>[0]): number {
  return peakConnections(planRun(scenarioOf(document)));
}

describe('peakConnections', () => {
  it('is the most users, or the cap on what is in flight, of all loads together', () => {
    expect(peak(workloadsOf(users))).toBe(7);
    expect(peak(workloadsOf(rate))).toBe(40);
    expect(peak(workloadsOf(users, rate))).toBe(47);
    expect(
      peak(
        workloadsOf({
          executor: 'ramping-vus',
          stages: [
            { duration: '1s', target: 30 },
            { duration: '1s', target: 0 },
          ],
        }),
      ),
    ).toBe(30);
  });

  it('counts each target of a workload in full', () => {
    expect(peak({ ...twoModels, ...workloadsOf(users, rate) })).toBe(2 * 47);
  });

  it('is no more than there are iterations', () => {
    expect(peak(workloadsOf({ requests: 3, concurrency: 20 }))).toBe(3);
  });

  it('is no more than the gate lets through', () => {
    expect(peak({ ...workloadsOf(users, rate), execution: { max_concurrency: 12 } })).toBe(12);
    expect(peak({ ...workloadsOf(users), execution: { max_concurrency: 100 } })).toBe(7);
  });
});

describe('planRun', () => {
  it('has one shard a region unless another number is asked for', () => {
    const scenario = scenarioOf({ ...workloadsOf(users), regions: { eu: '50%', us: '50%' } });
    expect(planRun(scenario).shards).toEqual([
      { shard: 0, region: 'eu', slice: 0, count: 1 },
      { shard: 1, region: 'us', slice: 0, count: 1 },
    ]);
    expect(planRun(scenario, 3).shards).toHaveLength(6);
  });

  it('has as many shards of each region for every process', () => {
    const scenario = scenarioOf({ ...workloadsOf(users), regions: { eu: '50%', us: '50%' } });
    const perRegion = (shards: number, processes: number) =>
      planRun(scenario, shards, processes).shards[0]?.count;
    expect([perRegion(1, 1), perRegion(1, 3), perRegion(4, 3), perRegion(6, 3)]).toEqual([1, 3, 6, 6]);
  });
});

describe('planView', () => {
  it('tells what each load will do, and nothing that it does not know', () => {
    const scenario = scenarioOf(workloadsOf(rate, users, { requests: 9, concurrency: 2, start_after: '3s' }));
    const { loads, shards } = planView(planRun(scenario));
    expect(shards).toBe(1);
    expect(loads).toEqual([
      {
        workload: 'w0',
        target: 'own/m',
        executor: 'constant-arrival-rate',
        startAfterMs: 0,
        requests: 50,
        peakRatePerSecond: 5,
        durationMs: 10_000,
      },
      {
        workload: 'w1',
        target: 'own/m',
        executor: 'constant-vus',
        startAfterMs: 0,
        durationMs: 10_000,
        users: 7,
      },
      {
        workload: 'w2',
        target: 'own/m',
        executor: 'shared-iterations',
        startAfterMs: 3000,
        requests: 9,
        users: 2,
      },
    ]);
  });
});

describe('newRunId', () => {
  it('begins with the start in UTC and is another one each time', () => {
    const ids = Array.from({ length: 100 }, () => newRunId(Date.UTC(2026, 10, 21, 9, 5, 7, 999)));
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^20261121-090507-[a-z2-9]{6}$/);
  });
});
