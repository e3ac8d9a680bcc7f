import * as check from './checks.ts';
import type { Check } from './checks.ts';

/** What a rate limit counts. */
export const limitDimensions = ['requests', 'tokens', 'input_tokens', 'output_tokens'] as const;

export type LimitDimension = (typeof limitDimensions)[number];

/**
 * Rate limits of a model, as token buckets that start full and refill evenly. A request takes its input and the output
 * that it asks for (`max_tokens`) when it arrives, and pays later for what came beyond that. What did not come is given
 * back when it is over by Anthropic, who count what was produced, and kept by OpenAI, who count what was asked for. A
 * request that is refused takes nothing.
 */
export interface LimitBehaviour {
  /** Per minute; 0 for no limit. */
  readonly requestsPerMinute: number;
  /** Input and output together. */
  readonly tokensPerMinute: number;
  /** In Anthropic's dialect input that was read from a cache does not count, as their API has it. */
  readonly inputTokensPerMinute: number;
  readonly outputTokensPerMinute: number;
  /** So many seconds of its rate are what a bucket holds, and one request at least. Above 0. Who asks for more tokens than that is always refused. */
  readonly limitBurstSeconds: number;
  /** `enforce` refuses with 429 what finds too little in its buckets; `state` only says in headers how full they are. */
  readonly limitMode: 'enforce' | 'state';
  /** Buckets of the model's own, or shared with every model that has the same limits. */
  readonly limitScope: 'model' | 'server';
}

export const defaultLimits: LimitBehaviour = {
  requestsPerMinute: 0,
  tokensPerMinute: 0,
  inputTokensPerMinute: 0,
  outputTokensPerMinute: 0,
  limitBurstSeconds: 60,
  limitMode: 'enforce',
  limitScope: 'model',
};

export const limitChecks: { readonly [Key in keyof LimitBehaviour]: Check<LimitBehaviour[Key]> } = {
  requestsPerMinute: check.nonNegative,
  tokensPerMinute: check.nonNegative,
  inputTokensPerMinute: check.nonNegative,
  outputTokensPerMinute: check.nonNegative,
  limitBurstSeconds: check.aboveZero,
  limitMode: check.oneOf('enforce', 'state'),
  limitScope: check.oneOf('model', 'server'),
};

/** The rate of each dimension that is limited, per minute. */
export function limitRates(behaviour: LimitBehaviour): ReadonlyMap<LimitDimension, number> {
  const rates = [
    behaviour.requestsPerMinute,
    behaviour.tokensPerMinute,
    behaviour.inputTokensPerMinute,
    behaviour.outputTokensPerMinute,
  ];
  return new Map(
    limitDimensions
      .map((dimension, index): [LimitDimension, number] => [dimension, rates[index] ?? 0])
      .filter(([, rate]) => rate > 0),
  );
}
