import type { LimitDimension, ObservedLimits } from '@tokenstorm/core';
import { isMinuteWindow } from './limit-window.ts';

interface LimitHeaders {
  readonly dimension: LimitDimension;
  readonly limit: string;
  readonly remaining: string;
  /** Time until the limit is there in full again; absent where the limit is one per minute by its documentation. */
  readonly reset?: string;
}

/** OpenAI's headers, which many others copied (Groq, Azure, Fireworks, gateways). */
const openaiHeaders = (['requests', 'tokens'] as const).map((dimension): LimitHeaders => ({
  dimension,
  limit: `x-ratelimit-limit-${dimension}`,
  remaining: `x-ratelimit-remaining-${dimension}`,
  reset: `x-ratelimit-reset-${dimension}`,
}));

/** Anthropic's. `tokens` is the strictest of those in effect; what remains of tokens comes rounded to thousands. */
const anthropicHeaders = (['requests', 'tokens', 'input-tokens', 'output-tokens'] as const).map(
  (dimension): LimitHeaders => ({
    dimension,
    limit: `anthropic-ratelimit-${dimension}-limit`,
    remaining: `anthropic-ratelimit-${dimension}-remaining`,
  }),
);

const all = [...openaiHeaders, ...anthropicHeaders];

/**
 * The rate limits that response headers tell of; `undefined` where they tell of none. A limit whose window is not a
 * minute (OpenAI's lowest tiers and Groq count requests by the day) is left out: see `isMinuteWindow`. Header names are
 * lower-case.
 */
export function observedLimits(headers: Readonly<Record<string, string>>): ObservedLimits | undefined {
  const perMinute: Partial<Record<LimitDimension, number>> = {};
  const remaining: Partial<Record<LimitDimension, number>> = {};
  for (const names of all) {
    const limit = countOf(headers[names.limit]);
    const left = countOf(headers[names.remaining]);
    const reset = names.reset === undefined ? undefined : headers[names.reset];
    if (limit === undefined && left === undefined) continue;
    if (!isMinuteWindow(limit, left, reset)) continue;
    if (limit !== undefined && limit > 0) perMinute[names.dimension] = limit;
    if (left !== undefined) remaining[names.dimension] = left;
  }
  const isEmpty = Object.keys(perMinute).length === 0 && Object.keys(remaining).length === 0;
  return isEmpty ? undefined : { perMinute, remaining };
}

/** A number of 0 or more, as plain digits. */
function countOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\s*\d{1,15}(?:\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
