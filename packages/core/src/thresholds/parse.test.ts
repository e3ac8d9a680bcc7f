import { describe, expect, it } from 'vitest';
import { TokenstormError } from '../errors.ts';
import { parseThreshold } from './parse.ts';
import type { ThresholdAggregation } from './threshold.ts';

function problemOf(metric: string, expression: string): string {
  try {
    parseThreshold(metric, expression);
  } catch (error) {
    if (!(error instanceof TokenstormError)) throw error;
    return `${error.code}: ${error.message} ${error.hint}`;
  }
  throw new Error(`${metric}: ${expression} was accepted`);
}

function roundedQuantile(aggregation: ThresholdAggregation): unknown {
  if (aggregation.kind !== 'quantile') return aggregation;
  return { kind: 'quantile', quantile: Number(aggregation.quantile.toPrecision(12)) };
}

describe('parseThreshold', () => {
  it.each([
    ['ttft', 'p(95) < 800ms', { kind: 'quantile', quantile: 0.95 }, '<', 800],
    ['ttft', 'p(99.9)<=2s', { kind: 'quantile', quantile: 0.999 }, '<=', 2000],
    ['ttft', ' p( 50 )  >  500us ', { kind: 'quantile', quantile: 0.5 }, '>', 0.5],
    ['ttft', 'med >= 1.5µs', { kind: 'quantile', quantile: 0.5 }, '>=', 0.0015],
    ['e2e', 'avg<1m30s', { kind: 'mean' }, '<', 90_000],
    ['e2e', 'mean != 800', { kind: 'mean' }, '!=', 800],
    ['e2e', 'max == 0.5', { kind: 'max' }, '==', 0.5],
    ['tpot', 'min<.5', { kind: 'min' }, '<', 0.5],
    ['icl', 'count > 1000', { kind: 'count' }, '>', 1000],
    ['output_tokens_per_second', 'p(5) > 20', { kind: 'quantile', quantile: 0.05 }, '>', 20],
    ['errors', 'rate < 1%', { kind: 'rate' }, '<', 0.01],
    ['goodput', 'rate > 0.95', { kind: 'rate' }, '>', 0.95],
    ['dropped', 'rate <= 100%', { kind: 'rate' }, '<=', 1],
    ['requests', 'count >= 500', { kind: 'count' }, '>=', 500],
    ['requests', 'rate > 9.5', { kind: 'rate' }, '>', 9.5],
  ])('%s: %s', (metric, expression, aggregation, operator, limit) => {
    const parsed = parseThreshold(metric, expression);
    expect(parsed).toMatchObject({ metric, expression, tags: {}, operator });
    expect(parsed.definition.name).toBe(metric);
    expect(roundedQuantile(parsed.aggregation)).toEqual(aggregation);
    expect(parsed.limit).toBeCloseTo(limit, 12);
  });

  it.each([
    ['errors{provider:openai}', { provider: 'openai' }],
    [
      'ttft{ provider:own , model:llama3:8b-instruct, scenario:chat,region:eu-west }',
      { provider: 'own', model: 'llama3:8b-instruct', scenario: 'chat', region: 'eu-west' },
    ],
    ['ttft{model:meta-llama/Llama-3-8b}', { model: 'meta-llama/Llama-3-8b' }],
    [' ttft {}', {}],
  ])('%s: its tags', (metric, tags) => {
    const expression = metric.startsWith('errors') ? 'rate<1' : 'avg<1';
    expect(parseThreshold(metric, expression)).toMatchObject({ metric, tags });
    expect(parseThreshold(metric, expression).tags).toEqual(tags);
  });

  it.each([
    ['schedule-lags', 'avg<1s', 'There is no metric `schedule-lags`. did you mean `schedule_lag`?'],
    ['http_req_duration', 'avg<1s', /no metric `http_req_duration`. .*ttft, .*e2e/],
    ['', 'avg<1s', /names no metric/],
    ['ttft{provider:a', 'avg<1s', /names no metric/],
    ['ttft{providr:a}', 'avg<1s', 'There is no tag `providr`. did you mean `provider`?'],
    ['ttft{phase:warmup}', 'avg<1s', /no tag `phase`/],
    ['ttft{provider}', 'avg<1s', /`provider` is no tag/],
    ['ttft{provider:}', 'avg<1s', /`provider:` is no tag/],
    [
      'ttft',
      'rate < 1%',
      '`rate` cannot be computed from `ttft`, which is a trend. Write it like p(95) < 800ms',
    ],
    ['errors', 'p(95) < 1%', /`p` cannot be computed from `errors`, which is a ratio.*rate < 1%/],
    ['requests', 'avg > 1', /`avg` cannot be computed from `requests`, which is a counter/],
    ['ttft', 'p95 < 1s', 'There is no aggregation `p95`. did you mean `p(95)`?'],
    ['ttft', 'p < 1s', /`p` cannot be computed/],
    ['ttft', 'avg(5) < 1s', /`avg` cannot be computed/],
    ['ttft', 'p(101) < 1s', /`p\(101\)` does not exist/],
    ['ttft', 'p(95) 800ms', /`p\(95\) 800ms` is no threshold/],
    ['ttft', 'p(95) < ', /`` in/],
    ['ttft', 'p(95) < 5%', /`5%` in .* is no value for `ttft`.*800ms/],
    ['ttft', 'p(95) < 800 ms', /`800 ms`/],
    ['ttft', 'p(95) < -1', /`-1`/],
    ['ttft', 'p(95) <> 1s', /`> 1s`/],
    ['ttft', 'count > 5ms', /`5ms` .*plain number/],
    ['errors', 'rate < 5', /`5` in .*at most 100%; did you mean `5%`/],
    ['errors', 'rate < 5ms', /`5ms` .*1% or 0.01/],
    ['output_tokens_per_second', 'avg > 5ms', /`5ms` .*plain number/],
  ])('refuses %s: %s', (metric, expression, problem) => {
    expect(problemOf(metric, expression)).toMatch(/^E_SCENARIO_INVALID: /);
    expect(problemOf(metric, expression)).toMatch(problem);
  });
});
