import type { TokenUsage } from '../record.ts';
import type { CounterTotals } from '../report/report.ts';
import type { ModelPrice } from './price.ts';

/** Token counts that have a price; what is absent is 0. */
export type PricedTokens = Pick<
  TokenUsage,
  'inputTokens' | 'outputTokens' | 'reasoningTokens' | 'cachedInputTokens' | 'cacheWriteTokens'
>;

/** Billionths of a dollar in a dollar. */
export const nanoUsdPerUsd = 1e9;

/**
 * What so many tokens cost, in whole billionths of a dollar. It is linear but for that rounding, so counts that were added up
 * cost what their parts do. Tokens read from a cache or written to one are a part of the input, reasoning one of the output.
 */
export function costOf(tokens: PricedTokens, price: ModelPrice): number {
  const { inputTokens = 0, outputTokens = 0, reasoningTokens = 0 } = tokens;
  const { cachedInputTokens = 0, cacheWriteTokens = 0 } = tokens;
  const plainInput = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens);
  const plainOutput = Math.max(0, outputTokens - reasoningTokens);
  return Math.round(
    plainInput * nanoUsd(price.input) +
      cachedInputTokens * nanoUsd(price.cachedInput ?? price.input) +
      cacheWriteTokens * nanoUsd(price.cacheWrite ?? price.input) +
      plainOutput * nanoUsd(price.output) +
      reasoningTokens * nanoUsd(price.reasoning ?? price.output),
  );
}

/** The most that so many tokens can cost, whatever of them comes from a cache or is reasoning; rounded up. */
export function highestCostOf(
  { inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number },
  { input, output, cachedInput = 0, cacheWrite = 0, reasoning = 0 }: ModelPrice,
): number {
  const dearestInput = Math.max(input, cachedInput, cacheWrite);
  const dearestOutput = Math.max(output, reasoning);
  return Math.ceil(inputTokens * nanoUsd(dearestInput) + outputTokens * nanoUsd(dearestOutput));
}

/** The least that they can cost; rounded down. */
export function lowestCostOf(
  { inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number },
  { input, output, cachedInput = input, cacheWrite = input, reasoning = output }: ModelPrice,
): number {
  const cheapestInput = Math.min(input, cachedInput, cacheWrite);
  const cheapestOutput = Math.min(output, reasoning);
  return Math.floor(inputTokens * nanoUsd(cheapestInput) + outputTokens * nanoUsd(cheapestOutput));
}

/** The tokens that a sum of requests counted. */
export function countedTokens(counters: CounterTotals): PricedTokens {
  const { input_tokens, output_tokens, reasoning_tokens, cached_input_tokens, cache_write_tokens } = counters;
  return {
    inputTokens: input_tokens ?? 0,
    outputTokens: output_tokens ?? 0,
    reasoningTokens: reasoning_tokens ?? 0,
    cachedInputTokens: cached_input_tokens ?? 0,
    cacheWriteTokens: cache_write_tokens ?? 0,
  };
}

/** Of one token, from USD per 1,000,000; to a millionth of itself, so that decimal prices stay decimal. */
function nanoUsd(usdPerMillion: number): number {
  return Math.round(usdPerMillion * 1e9) / 1e6;
}
