import type { LimitAmounts, LimitDimension } from '../ports.ts';
import type { ProviderLimits } from './scenario.ts';

/** What a limit counts, in words. */
export const limitNouns: Readonly<Record<LimitDimension, string>> = {
  requests: 'requests',
  tokens: 'tokens',
  'input-tokens': 'input tokens',
  'output-tokens': 'output tokens',
};

/** A provider's limits by what they count, per minute. */
export function configuredPerMinute(limits: ProviderLimits): LimitAmounts {
  const { requestsPerMinute, tokensPerMinute, inputTokensPerMinute, outputTokensPerMinute } = limits;
  return {
    ...(requestsPerMinute !== undefined && { requests: requestsPerMinute }),
    ...(tokensPerMinute !== undefined && { tokens: tokensPerMinute }),
    ...(inputTokensPerMinute !== undefined && { 'input-tokens': inputTokensPerMinute }),
    ...(outputTokensPerMinute !== undefined && { 'output-tokens': outputTokensPerMinute }),
  };
}
