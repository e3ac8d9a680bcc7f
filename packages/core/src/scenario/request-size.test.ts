import { describe, expect, it } from 'vitest';
import { requestSize } from './request-size.ts';
import type { PromptSource, TokenLaw } from './scenario.ts';

const none = new Map();

function synthetic(inputTokens: TokenLaw, outputTokens?: TokenLaw): PromptSource {
  return {
    kind: 'synthetic',
    inputTokens,
    sharedPrefixTokens: 0,
    ...(outputTokens !== undefined && { outputTokens }),
  };
}

describe('the size of a request', () => {
  it('is a quarter of its characters, system message included, and its own limit', () => {
    const prompts: PromptSource = {
      kind: 'messages',
      messages: [
        { role: 'system', content: 'x'.repeat(10) },
        { role: 'user', content: 'x'.repeat(7) },
      ],
    };
    expect(requestSize({ prompts }, none)).toEqual({ input: { mean: 5, largest: 5 } });
    expect(requestSize({ prompts, maxTokens: 9 }, none).output).toEqual({ mean: 9, largest: 9 });
  });

  it('is what synthetic prompts ask for', () => {
    const uniform = synthetic({ kind: 'uniform', min: 10, max: 30 }, { kind: 'fixed', tokens: 7 });
    expect(requestSize({ prompts: uniform }, none)).toEqual({
      input: { mean: 20, largest: 30 },
      output: { mean: 7, largest: 7 },
    });
  });

  it('takes the mean of a law without an end', () => {
    const law = { kind: 'lognormal', median: 100, sigma: 0.5 } as const;
    // 100 x exp(0.125) = 113.3
    expect(requestSize({ prompts: synthetic(law) }, none).input).toEqual({ mean: 113, largest: 113 });
    const normal = { kind: 'normal', mean: 50, stddev: 20 } as const;
    expect(requestSize({ prompts: synthetic(normal) }, none).input).toEqual({ mean: 50, largest: 50 });
  });

  it("is never more output than the workload's limit", () => {
    const prompts = synthetic({ kind: 'fixed', tokens: 1 }, { kind: 'uniform', min: 100, max: 300 });
    expect(requestSize({ prompts, maxTokens: 250 }, none).output).toEqual({ mean: 200, largest: 250 });
  });

  it('is not known of a file that only the workers have', () => {
    const prompts = {
      kind: 'worker-file',
      path: '/q.csv',
      format: 'csv',
      outputTokens: 'from-dataset',
    } as const;
    expect(requestSize({ prompts }, none)).toEqual({ input: { mean: 0, largest: 0 } });
    expect(requestSize({ prompts, maxTokens: 9 }, none).output).toEqual({ mean: 9, largest: 9 });
  });

  it('is that of the rows of a data set, which may have limits of their own', () => {
    const rows = [
      { columns: { prompt: 'x'.repeat(40) }, outputTokens: 5 },
      { columns: { prompt: 'x'.repeat(80) }, outputTokens: 15 },
    ];
    const prompts: PromptSource = {
      kind: 'dataset',
      dataset: 'd',
      template: [{ role: 'user', content: '{{prompt}}' }],
      outputTokens: 'from-dataset',
    };
    expect(requestSize({ prompts }, new Map([['d', { id: 'd', path: 'p', rows }]]))).toEqual({
      input: { mean: 15, largest: 20 },
      output: { mean: 10, largest: 15 },
    });
  });
});
