import type { PlannedUse } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { estimateLines } from './estimate.ts';
import { styleOf } from './style.ts';

const page = { width: 100, style: styleOf(false) };
const price = {
  input: 0.15,
  output: 0.6,
  origin: { source: 'table', date: '2025-07-04', place: 'https://example.org/pricing' },
} as const;

function textOf(use: PlannedUse): string {
  return estimateLines(use, undefined, page).join('\n');
}

describe('the estimate of what a run will use', () => {
  it('goes target by target, and says whose prices it takes', () => {
    const nanoUsd = { least: 150_000, most: 6_150_000 };
    const target = {
      target: 'openai/gpt-4o-mini',
      requests: 100,
      inputTokens: 1000,
      isInputEstimated: true,
      mostOutputTokens: 10_000,
      nanoUsd,
      price,
    } as const;
    const tokens = { least: 1000, most: 11_000 };
    expect(textOf({ byTarget: [target], requests: 100, tokens, nanoUsd })).toBe(`\
Estimate (each request sent once):
  openai/gpt-4o-mini: 100 requests, about 1,000 input tokens, up to 10,000 output tokens, $0.00015
  (the input alone) to $0.00615 (every answer at its limit)
    price: $0.15 in, $0.60 out per 1M tokens (built-in table, 2025-07-04,
    https://example.org/pricing)
  Total: 100 requests, 1,000 to 11,000 tokens, $0.00015 (the input alone) to $0.00615 (every answer
         at its limit)`);
  });

  it('does not guess', () => {
    const users = { target: 'own/m' };
    const endless = { target: 'own/n', requests: 1, inputTokens: 512, price: { input: 0, output: 0 } };
    const hidden = { target: 'own/o', requests: 2 };
    expect(textOf({ byTarget: [users, endless, hidden] })).toBe(`\
Estimate (each request sent once):
  own/m: as many requests as the users get answered
    price: unknown
  own/n: 1 request, 512 input tokens, any number of output tokens (no \`max_tokens\`)
    price: $0 in, $0 out per 1M tokens (the scenario's price)
  own/o: 2 requests, tokens unknown: only the workers have the prompts
    price: unknown
  Total: cost unknown`);
  });
});
