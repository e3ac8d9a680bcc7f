import { costOf, highestCostOf } from '@tokenstorm/core';
import type { BudgetAmounts, ModelPrice, TokenUsage } from '@tokenstorm/core';
import type { AdmissionEnd } from './admission.ts';

/** Tokens that an attempt may use. */
export interface ChargedTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What is set aside for an attempt before it is sent: its tokens at the dearest prices that they can have. */
export function chargeBefore(tokens: ChargedTokens, price: ModelPrice | undefined): BudgetAmounts {
  return {
    requests: 1,
    tokens: tokens.inputTokens + tokens.outputTokens,
    'nano-usd': price === undefined ? 0 : highestCostOf(tokens, price),
  };
}

/**
 * What an attempt that is over used of its budget. One that was never written used nothing, one that was refused before any work
 * only itself. What came to its end used what the provider counted; where it counted nothing, and where the attempt was cut off,
 * nobody knows: what was set aside counts, or what was counted until then if that is more.
 */
export function chargeAfter(
  tokens: ChargedTokens,
  { noWork, isWhole = false, usage }: AdmissionEnd,
  price: ModelPrice | undefined,
): BudgetAmounts {
  if (noWork !== undefined) return { requests: noWork === 'refused' ? 1 : 0, tokens: 0, 'nano-usd': 0 };
  const counted = isCounted(usage) ? usage : undefined;
  if (isWhole && counted !== undefined) return chargeOf(counted, price);
  const before = chargeBefore(tokens, price);
  const after = usage === undefined ? {} : chargeOf(usage, price);
  return {
    requests: 1,
    tokens: Math.max(before.tokens ?? 0, after.tokens ?? 0),
    'nano-usd': Math.max(before['nano-usd'] ?? 0, after['nano-usd'] ?? 0),
  };
}

function chargeOf(usage: TokenUsage, price: ModelPrice | undefined): BudgetAmounts {
  return {
    requests: 1,
    tokens: (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0),
    'nano-usd': price === undefined ? 0 : costOf(usage, price),
  };
}

function isCounted(usage: TokenUsage | undefined): usage is TokenUsage {
  return usage?.inputTokens !== undefined && usage.outputTokens !== undefined;
}
