import { describe, expect, it } from 'vitest';
import { planDistributed } from './distributed-plan.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';

const twoRegions = { regions: { eu: '50%', us: '50%' } };
const unevenRegions = { regions: { eu: '90%', us: '10%' } };
const users = (vus: number) => ({ executor: 'constant-vus', vus, duration: '10s' });
const rate = (more: object = {}) => ({
  executor: 'constant-arrival-rate',
  rate: 20,
  duration: '1m',
  max_in_flight: 1000,
  ...more,
});

/** Shards by region. */
function shards(document: Parameters<typeof scenarioOf>[0], asked?: number): Record<string, number> {
  const { plan } = planDistributed(scenarioOf(document), { shards: asked });
  expect(plan.shards.map(({ shard }) => shard)).toEqual([...plan.shards.keys()]);
  return Object.fromEntries(plan.shards.map(({ region, count }) => [region, count]));
}

describe('the plan of a distributed run', () => {
  it('has 64 shards a region, or as many as asked for', () => {
    expect(shards({ ...twoRegions, ...workloadsOf(rate()) })).toEqual({ eu: 64, us: 64 });
    expect(shards({ ...twoRegions, ...workloadsOf(rate()) }, 7)).toEqual({ eu: 7, us: 7 });
  });

  it('has no shard without a user, an iteration or an arrival of its own', () => {
    expect(shards({ ...twoRegions, ...workloadsOf(users(10)) })).toEqual({ eu: 5, us: 5 });
    expect(shards({ ...unevenRegions, ...workloadsOf(users(10)) })).toEqual({ eu: 9, us: 1 });
    expect(shards(workloadsOf({ requests: 3, concurrency: 20 }))).toEqual({ default: 3 });
    expect(shards(workloadsOf(rate({ rate: 1, duration: '9500ms' })))).toEqual({ default: 10 });
  });

  it('has as many as the workload needs that can keep most of them busy', () => {
    expect(shards(workloadsOf(users(3), users(12)))).toEqual({ default: 12 });
    expect(shards(workloadsOf(users(3), rate()))).toEqual({ default: 64 });
  });

  it('has none without a place under every cap', () => {
    expect(shards({ ...unevenRegions, ...workloadsOf(rate({ max_in_flight: 50 })) })).toEqual({
      eu: 45,
      us: 5,
    });
    const gated = { ...workloadsOf(rate()), execution: { max_concurrency: 6 } };
    expect(shards({ ...twoRegions, ...gated })).toEqual({ eu: 3, us: 3 });
  });

  it('has a shard in every region, and says where a cap cannot be kept for it', () => {
    const document = { ...twoRegions, ...workloadsOf(rate()), execution: { max_concurrency: 1 } };
    expect(shards(document)).toEqual({ eu: 1, us: 1 });
    expect(planDistributed(scenarioOf(document)).warnings).toEqual([
      'max_concurrency 1 is less than 2 regions can share: each region sends one request at a time at least.',
    ]);
    expect(planDistributed(scenarioOf({ ...twoRegions, ...workloadsOf(rate()) })).warnings).toEqual([]);
  });
});
