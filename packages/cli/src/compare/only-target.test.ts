import { parseScenario } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../flags/run-options.ts';
import { checkComparable } from './check-comparable.ts';
import { onlyTarget } from './only-target.ts';

const parsed = parseScenario(
  {
    path: 's.yaml',
    text: JSON.stringify({
      providers: [
        {
          name: 'a',
          type: 'openai-compatible',
          base_url: 'http://h',
          models: ['x', 'y'],
          limits: { requests_per_minute: 6 },
        },
        { name: 'b', type: 'openai-compatible', base_url: 'http://h', models: ['z'] },
      ],
      defaults: { prompt: 'p' },
      workload: {
        scenarios: [
          { name: 'all', requests: 1 },
          { name: 'only-b', requests: 1, providers: ['b'] },
        ],
      },
      thresholds: {
        ttft: ['p(95) < 1s'],
        'errors{provider:b}': ['rate < 1%'],
        'errors{model:x}': ['rate < 1%'],
        'e2e{scenario:only-b}': ['p(95) < 1s'],
      },
      budget: { requests: 100 },
      output: { export: [{ format: 'json', path: 'r.json' }] },
    }),
  },
  { env: {}, readText: () => '', hash: () => '' },
);

describe('a scenario of one target', () => {
  it('has its workloads, limits and thresholds, and what is left of the budget', () => {
    const { scenario } = onlyTarget(parsed, 'a/x', { requests: 7, onExhausted: 'drain' });
    expect(scenario.targets.map(({ key }) => key)).toEqual(['a/x']);
    expect(scenario.workloads).toMatchObject([{ name: 'all', targets: ['a/x'] }]);
    expect(scenario.limits).toHaveLength(1);
    expect(scenario.thresholds.map(({ metric }) => metric)).toEqual(['ttft', 'errors{model:x}']);
    expect(scenario.budget).toEqual({ requests: 7, onExhausted: 'drain' });
  });

  it('loses the thresholds of the others', () => {
    const { scenario } = onlyTarget(parsed, 'b/z', undefined);
    expect(scenario.workloads.map(({ name }) => name)).toEqual(['all', 'only-b']);
    expect(scenario.limits).toEqual([]);
    expect(scenario.thresholds.map(({ metric }) => metric)).toEqual([
      'ttft',
      'errors{provider:b}',
      'e2e{scenario:only-b}',
    ]);
    expect(scenario.budget).toBeUndefined();
  });
});

describe('what can be compared', () => {
  const options = { run: {} as RunOptions, rounds: 1 };

  it('is more than one target', () => {
    const one = onlyTarget(parsed, 'a/x', undefined).scenario;
    expect(() => checkComparable(one, { ...options, sequential: false })).toThrow('a/x is the only target');
  });

  it('writes a file for each run, where there are several', () => {
    expect(() => checkComparable(parsed.scenario, { ...options, sequential: true })).toThrow(
      'all runs would write to r.json',
    );
    expect(() => checkComparable(parsed.scenario, { ...options, sequential: false })).not.toThrow();
  });
});
