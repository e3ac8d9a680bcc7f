import { describe, expect, it } from 'vitest';
import { costOf, countedTokens, highestCostOf, lowestCostOf } from './cost-of.ts';

/** USD per 1,000,000 tokens, so nano-USD per token times 1,000. */
const plain = { input: 0.15, output: 0.6 };
const full = { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75, reasoning: 20 };

describe('costOf', () => {
  it.each([
    // 1,000 x 150 + 500 x 600
    [{ inputTokens: 1000, outputTokens: 500 }, plain, 450_000],
    // Caches and reasoning cost what input and output do, where nothing else is said.
    [
      {
        inputTokens: 1000,
        outputTokens: 500,
        cachedInputTokens: 400,
        cacheWriteTokens: 100,
        reasoningTokens: 50,
      },
      plain,
      450_000,
    ],
    // 500 x 3,000 + 400 x 300 + 100 x 3,750 + 450 x 15,000 + 50 x 20,000
    [
      {
        inputTokens: 1000,
        outputTokens: 500,
        cachedInputTokens: 400,
        cacheWriteTokens: 100,
        reasoningTokens: 50,
      },
      full,
      9_745_000,
    ],
    [{}, full, 0],
    // A part that a provider counts above the whole is not taken off twice.
    [{ inputTokens: 10, cachedInputTokens: 30 }, full, 9000],
  ])('of %j at %j is %d', (tokens, price, nanoUsd) => {
    expect(costOf(tokens, price)).toBe(nanoUsd);
  });

  it('is a whole number for prices that no binary fraction holds', () => {
    expect(costOf({ inputTokens: 1_000_000 }, { input: 0.0001, output: 0 })).toBe(100_000);
    expect(costOf({ inputTokens: 3 }, { input: 1.1, output: 0 })).toBe(3300);
    expect(costOf({ inputTokens: 1 }, { input: 0.0375, output: 0 })).toBe(38);
  });
});

describe('the bounds of a cost', () => {
  const tokens = { inputTokens: 100, outputTokens: 10 };

  it('are those of the dearest and the cheapest tokens that they may be', () => {
    // 100 x 3,750 + 10 x 20,000, and 100 x 300 + 10 x 15,000
    expect(highestCostOf(tokens, full)).toBe(575_000);
    expect(lowestCostOf(tokens, full)).toBe(180_000);
  });

  it('are the cost itself at one price', () => {
    expect([highestCostOf(tokens, plain), lowestCostOf(tokens, plain)]).toEqual([21_000, 21_000]);
  });

  it('are rounded away from it', () => {
    const third = { input: 0.0333, output: 0 };
    const one = { inputTokens: 1, outputTokens: 0 };
    expect([highestCostOf(one, third), lowestCostOf(one, third)]).toEqual([34, 33]);
  });
});

describe('countedTokens', () => {
  it('are those of the counters', () => {
    const counters = {
      input_tokens: 5,
      output_tokens: 4,
      reasoning_tokens: 3,
      cached_input_tokens: 2,
      cache_write_tokens: 1,
    };
    expect(countedTokens(counters)).toEqual({
      inputTokens: 5,
      outputTokens: 4,
      reasoningTokens: 3,
      cachedInputTokens: 2,
      cacheWriteTokens: 1,
    });
  });
});
