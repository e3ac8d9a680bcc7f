import type { CounterTotals } from '../report/report.ts';
import { costOf, countedTokens } from './cost-of.ts';
import type { PriceOf } from './price.ts';

/** What requests to one model counted. */
export interface PricedGroup {
  readonly labels: { readonly provider: string; readonly model: string };
  readonly counters: CounterTotals;
}

/**
 * What the completed requests of these groups cost, in whole billionths of a dollar: the sum of what each costs, exactly.
 * `undefined` where one of them has tokens and no price.
 */
export function costOfGroups(groups: readonly PricedGroup[], priceOf: PriceOf): number | undefined {
  let sum = 0;
  for (const { labels, counters } of groups) {
    if (!hasTokens(counters)) continue;
    const price = priceOf(labels);
    if (price === undefined) return undefined;
    sum += costOf(countedTokens(counters), price);
  }
  return sum;
}

/** `provider/model` of each group that has tokens and no price; once. */
export function unpricedModels(groups: readonly PricedGroup[], priceOf: PriceOf): readonly string[] {
  const unpriced = groups.filter(
    ({ labels, counters }) => hasTokens(counters) && priceOf(labels) === undefined,
  );
  return [...new Set(unpriced.map(({ labels }) => `${labels.provider}/${labels.model}`))];
}

function hasTokens({ input_tokens = 0, output_tokens = 0 }: CounterTotals): boolean {
  return input_tokens + output_tokens > 0;
}
