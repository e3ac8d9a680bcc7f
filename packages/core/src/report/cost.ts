import { countedTokens, nanoUsdPerUsd } from '../cost/cost-of.ts';
import { costOfGroups, unpricedModels } from '../cost/group-cost.ts';
import type { PricedGroup } from '../cost/group-cost.ts';
import type { PriceOf } from '../cost/price.ts';
import { sumOfFigures } from '../metrics/series-totals.ts';
import type { SeriesGroup } from '../metrics/series-totals.ts';
import type { Cost } from './spending.ts';

/** What the requests of these groups cost; `null` where one of them has tokens and no price, or nobody has a price. */
export function reportedCost(groups: readonly SeriesGroup[], priceOf: PriceOf): Cost | null {
  const nanoUsd = hasPrice(groups, priceOf) ? costOfGroups(groups, priceOf) : undefined;
  if (nanoUsd === undefined) return null;
  const { accounting, counters } = sumOfFigures(groups);
  const { inputTokens = 0, outputTokens = 0 } = countedTokens(counters);
  const tokens = inputTokens + outputTokens;
  return {
    total_usd: nanoUsd / nanoUsdPerUsd,
    per_request_usd: accounting.completed === 0 ? null : nanoUsd / accounting.completed / nanoUsdPerUsd,
    per_1k_tokens_usd: tokens === 0 ? null : (nanoUsd / tokens / nanoUsdPerUsd) * 1000,
  };
}

/** Says whose price is missing, where others have one: nobody who gives none at all wants to know. */
export function costNotes(groups: readonly PricedGroup[], priceOf: PriceOf): string[] {
  const unpriced = unpricedModels(groups, priceOf);
  if (unpriced.length === 0 || !hasPrice(groups, priceOf)) return [];
  return [
    `The cost is unknown: no price is given for ${unpriced.join(', ')}. \`pricing\` of the provider takes it.`,
  ];
}

function hasPrice(groups: readonly PricedGroup[], priceOf: PriceOf): boolean {
  return groups.some(({ labels }) => priceOf(labels) !== undefined);
}
