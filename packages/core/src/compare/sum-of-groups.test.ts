import { describe, expect, it } from 'vitest';
import { Trend } from '../metrics/trend.ts';
import { distributionsOf } from '../report/distributions.ts';
import type { ReportGroup } from '../report/report.ts';
import { sumOfGroups } from './sum-of-groups.ts';

const labels = { provider: 'own', model: 'm', scenario: 's', region: 'default' };
const nothing = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };

function group(values: readonly number[], rest: Partial<ReportGroup> = {}): ReportGroup {
  const trend = new Trend();
  trend.recordAll(values);
  return {
    labels,
    accounting: { ...nothing, scheduled: values.length, completed: values.length },
    metrics: values.length === 0 ? {} : { ttft: trend.summary('ms') },
    distributions: distributionsOf(new Map([['ttft', trend]])),
    tokens: { input: 10, output: 20, reasoning: null, cached_input: null, source: 'provider' },
    prompts: null,
    lengths: null,
    cost: { total_usd: 0.6, per_request_usd: 0.2, per_1k_tokens_usd: 20 },
    good: values.length,
    ...rest,
  };
}

describe('the sum of groups', () => {
  it('has the percentiles, the mean and the deviation of all values together', () => {
    // 1 .. 100 and 101 .. 200.
    const parts = [1, 101].map((from) => group(Array.from({ length: 100 }, (_, index) => from + index)));
    const { metrics, accounting } = sumOfGroups(parts);
    expect(accounting).toMatchObject({ scheduled: 200, completed: 200 });
    expect(metrics.ttft).toMatchObject({ unit: 'ms', count: 200, min: 1, max: 200, mean: 100.5 });
    expect(metrics.ttft?.p50).toBeCloseTo(100, 0);
    expect(metrics.ttft?.p95).toBeCloseTo(190, 0);
    // Of 1 .. n the variance is (n² - 1) / 12.
    expect(metrics.ttft?.std).toBeCloseTo(Math.sqrt((200 ** 2 - 1) / 12), 6);
  });

  it('adds what was good, used and spent', () => {
    const { cost, good, tokens, throughput } = sumOfGroups([group([1, 2, 3]), group([4], { good: 0 })]);
    expect({ good, tokens }).toEqual({ good: 3, tokens: 60 });
    expect(cost).toEqual({ total_usd: 1.2, per_request_usd: 0.3, per_1k_tokens_usd: 20 });
    expect(throughput).toMatchObject({ goodput_ratio: 0.75 });
  });

  it('does not know what one of them does not know', () => {
    const { cost, good } = sumOfGroups([group([1]), group([2], { cost: null, good: null })]);
    expect({ cost, good }).toEqual({ cost: null, good: null });
  });

  it('knows the cost of the others where a group completed nothing', () => {
    const failed = group([], { cost: null, accounting: { ...nothing, scheduled: 2, failed: 2 } });
    const { cost, metrics } = sumOfGroups([group([1, 2, 3]), failed]);
    expect(cost).toMatchObject({ total_usd: 0.6, per_request_usd: 0.2 });
    expect(metrics.ttft?.count).toBe(3);
  });

  it('leaves a metric out that one of them has no distribution of', () => {
    const { metrics } = sumOfGroups([group([1]), group([2], { distributions: {} })]);
    expect(metrics).toEqual({});
  });

  it('is a single group as it is', () => {
    const one = group([5, 6]);
    expect(sumOfGroups([one])).toMatchObject({ metrics: one.metrics, distributions: one.distributions });
  });
});
