import type { Truth } from './truth.ts';

/** As much of a logged request as decides on what it costs. */
type SpentRequest = Pick<Truth, 'outcome' | 'token_counts' | 'tokens'> & {
  /** As its server counts them; 0 where it was rejected before. */
  readonly asked_input_tokens: number;
};

/** Prices of a model in USD per 1,000,000 tokens. */
export interface SpendPrice {
  readonly input: number;
  readonly output: number;
}

/**
 * What a provider would have to be paid for these requests, in USD: the tokens that its usage stated, and for an answer that was
 * cut off those of the prompt and of what was written until then. What was rejected costs nothing.
 */
export function truthSpend(truth: readonly SpentRequest[], { input, output }: SpendPrice): number {
  const usd = truth
    .map((record) => billedTokens(record))
    .map(({ prompt, answer }) => prompt * input + answer * output);
  return usd.reduce((sum, one) => sum + one, 0) / 1_000_000;
}

/** The same in tokens, input and output together. */
export function truthTokensSpent(truth: readonly SpentRequest[]): number {
  return truth
    .map((record) => billedTokens(record))
    .reduce((sum, { prompt, answer }) => sum + prompt + answer, 0);
}

function billedTokens({ outcome, token_counts: stated, asked_input_tokens: prompt, tokens }: SpentRequest) {
  if (stated !== null) return { prompt: stated.input, answer: stated.output };
  return outcome === 'rejected' ? { prompt: 0, answer: 0 } : { prompt, answer: tokens };
}
