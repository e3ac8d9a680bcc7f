import type { LimitAmounts } from '../ports.ts';

/** How one provider's token buckets went in one process, since it started. */
export interface LimitUse {
  readonly provider: string;
  /** Tokens that answers had above what was reserved for them: charged afterwards. */
  readonly debtTokens: number;
  /** Attempts whose output was reserved without any knowledge: they had no limit, and no answer was there yet. */
  readonly assumedOutputs: number;
  /** The lowest rates that the server stated below those of the scenario. */
  readonly statedPerMinute: LimitAmounts;
}

/** Several processes' uses, put together: one for each provider. */
export function mergeLimitUses(uses: readonly LimitUse[]): readonly LimitUse[] {
  const merged = new Map<string, LimitUse>();
  for (const use of uses) {
    const known = merged.get(use.provider);
    merged.set(use.provider, known === undefined ? use : both(known, use));
  }
  return [...merged.values()];
}

function both(left: LimitUse, right: LimitUse): LimitUse {
  return {
    provider: left.provider,
    debtTokens: left.debtTokens + right.debtTokens,
    assumedOutputs: left.assumedOutputs + right.assumedOutputs,
    statedPerMinute: lowest(left.statedPerMinute, right.statedPerMinute),
  };
}

function lowest(left: LimitAmounts, right: LimitAmounts): LimitAmounts {
  const rates: Record<string, number> = { ...left };
  for (const [dimension, rate] of Object.entries(right)) {
    rates[dimension] = Math.min(rates[dimension] ?? rate, rate);
  }
  return rates;
}
