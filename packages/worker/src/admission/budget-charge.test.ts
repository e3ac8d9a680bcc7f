import type { TokenUsage } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import type { AdmissionEnd } from './admission.ts';
import { chargeAfter, chargeBefore } from './budget-charge.ts';

/** 1,000 and 4,000 nano-USD for each token of input and output, 500 for one from a cache. */
const price = { input: 1, output: 4, cachedInput: 0.5 };
const tokens = { inputTokens: 100, outputTokens: 50 };
const before = { requests: 1, tokens: 150, 'nano-usd': 300_000 };
const nothing = { tokens: 0, 'nano-usd': 0 };

function end(parts: Partial<AdmissionEnd>): AdmissionEnd {
  return { atMs: 0, ending: 'cut', usage: undefined, headers: undefined, ...parts };
}

describe('what is set aside for an attempt', () => {
  it('is one request, its tokens and what they cost at most', () => {
    expect(chargeBefore(tokens, price)).toEqual(before);
    expect(chargeBefore(tokens, { ...price, cacheWrite: 2 })).toEqual({ ...before, 'nano-usd': 400_000 });
    expect(chargeBefore(tokens, undefined)).toEqual({ ...before, 'nano-usd': 0 });
  });
});

describe('what an attempt used', () => {
  const usage: TokenUsage = { inputTokens: 90, outputTokens: 20, cachedInputTokens: 10 };

  it('is what the provider counted for a whole answer, more or less than was set aside', () => {
    const whole = { ending: 'answered', isWhole: true } as const;
    // 80 x 1,000 + 10 x 500 + 20 x 4,000
    expect(chargeAfter(tokens, end({ ...whole, usage }), price)).toEqual({
      requests: 1,
      tokens: 110,
      'nano-usd': 165_000,
    });
    const more = { inputTokens: 120, outputTokens: 80 };
    expect(chargeAfter(tokens, end({ ...whole, usage: more }), price)).toEqual({
      requests: 1,
      tokens: 200,
      'nano-usd': 440_000,
    });
  });

  it.each([
    [undefined, true],
    [{ inputTokens: 90 }, true],
    [{ outputTokens: 1 }, true],
    [undefined, false],
    // A count so far is no count of the end.
    [{ inputTokens: 90, outputTokens: 20 }, false],
  ])('is what was set aside where nobody knows: usage %j, whole %s', (some, isWhole) => {
    expect(chargeAfter(tokens, end({ usage: some, isWhole }), price)).toEqual(before);
  });

  it('is what was counted until then, where that is more already', () => {
    const some = { inputTokens: 90, outputTokens: 70 };
    expect(chargeAfter(tokens, end({ usage: some }), price)).toEqual({
      requests: 1,
      tokens: 160,
      'nano-usd': 370_000,
    });
  });

  it('is the request alone for a refusal, and nothing for what was never written', () => {
    expect(chargeAfter(tokens, end({ noWork: 'refused' }), price)).toEqual({ requests: 1, ...nothing });
    expect(chargeAfter(tokens, end({ noWork: 'unsent' }), price)).toEqual({ requests: 0, ...nothing });
  });
});
