/** How good a figure is, from the best to the worst. */
export const tiers = ['excellent', 'good', 'fair', 'poor'] as const;
export type Tier = (typeof tiers)[number];

/** The tiers of a call, a group or a run; `null` where the figure is unknown. `overall` is the worse of the known ones. */
export interface Tiers {
  readonly ttft: Tier | null;
  readonly output_tokens_per_second: Tier | null;
  readonly overall: Tier | null;
}

/** By time to first token in seconds: below 1 excellent, below 2 good, up to 4 fair, above it poor. */
export function ttftTier(seconds: number): Tier {
  if (seconds < 1) return 'excellent';
  if (seconds < 2) return 'good';
  return seconds <= 4 ? 'fair' : 'poor';
}

/** By output tokens per second of one answer: above 100 excellent, from 50 good, from 25 fair, below it poor. */
export function tokenRateTier(perSecond: number): Tier {
  if (perSecond > 100) return 'excellent';
  if (perSecond >= 50) return 'good';
  return perSecond >= 25 ? 'fair' : 'poor';
}

/** The tiers of a TTFT in ms and a rate of output tokens per second, each of which may be unknown. */
export function tiersOf(figures: { readonly ttftMs?: number; readonly tokensPerSecond?: number }): Tiers {
  const { ttftMs, tokensPerSecond } = figures;
  const ttft = ttftMs === undefined ? null : ttftTier(ttftMs / 1000);
  const rate = tokensPerSecond === undefined ? null : tokenRateTier(tokensPerSecond);
  return { ttft, output_tokens_per_second: rate, overall: worse(ttft, rate) };
}

function worse(one: Tier | null, other: Tier | null): Tier | null {
  if (one === null || other === null) return one ?? other;
  return tiers.indexOf(one) > tiers.indexOf(other) ? one : other;
}
