import { expect, it } from 'vitest';
import { mergeLimitUses } from './limit-use.ts';

it('uses of several processes are one for each provider: sums, and the lowest rates', () => {
  const one = {
    provider: 'a',
    debtTokens: 5,
    assumedOutputs: 1,
    statedPerMinute: { requests: 60, tokens: 900 },
  };
  const other = {
    provider: 'a',
    debtTokens: 7,
    assumedOutputs: 2,
    statedPerMinute: { tokens: 800, 'input-tokens': 3 },
  };
  const apart = { provider: 'b', debtTokens: 1, assumedOutputs: 0, statedPerMinute: {} };
  expect(mergeLimitUses([one, apart, other])).toEqual([
    {
      provider: 'a',
      debtTokens: 12,
      assumedOutputs: 3,
      statedPerMinute: { requests: 60, tokens: 800, 'input-tokens': 3 },
    },
    apart,
  ]);
});
