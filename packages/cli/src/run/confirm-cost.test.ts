import { parseScenario } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { reasonToAsk } from './confirm-cost.ts';
import { scenarioContext } from './load-scenario.ts';

/** 100 requests of 1,000 and up to 1,000 tokens, at $1 and $2 for 1,000,000: $0.10 to $0.30. */
function parsed({ maxTokens = 'max_tokens: 1000,', pricing = true, rest = '' } = {}) {
  const prices = pricing ? ', pricing: { m: { input: 1, output: 2 } }' : '';
  const text = `providers: [{ name: own, type: openai-compatible, base_url: "http://h", models: [m]${prices} }]
workload: { scenarios: [{ name: load, synthetic: { input_tokens: 1000 }, ${maxTokens} requests: 100 }] }
${rest}`;
  return parseScenario({ path: 'test.yaml', text }, scenarioContext({}, false));
}

describe('whether to ask before a run', () => {
  it('depends on the upper end of the estimate', () => {
    expect(reasonToAsk(parsed(), 0.3)).toBeUndefined();
    expect(reasonToAsk(parsed(), 0.29)).toBe(
      'This run may cost up to $0.30 with each request sent once, and --confirm-over is $0.29',
    );
  });

  it.each([{ maxTokens: '' }, { pricing: false }])('is a yes where nobody knows it: %j', (changes) => {
    expect(reasonToAsk(parsed(changes), 1000)).toBe(
      'What this run may cost cannot be known, and --confirm-over is $1,000.00',
    );
  });

  it('takes a budget for the most that a run may cost', () => {
    const rest = 'budget: { usd: 0.2 }';
    expect(reasonToAsk(parsed({ rest }), 0.2)).toBeUndefined();
    expect(reasonToAsk(parsed({ rest, maxTokens: '' }), 0.2)).toBeUndefined();
    expect(reasonToAsk(parsed({ rest }), 0.1)).toContain('up to $0.20');
  });

  it('counts a run as it is after all changes, not as it was written', () => {
    const { scenario, ...others } = parsed();
    const workloads = scenario.workloads.map((workload) => ({ ...workload, maxTokens: 5000 }));
    expect(reasonToAsk({ ...others, scenario: { ...scenario, workloads } }, 0.3)).toContain('up to $1.10');
  });
});
