import { usdText } from '@tokenstorm/core';
import type { BudgetReport, BudgetUse } from '@tokenstorm/core';
import { countText } from './number-text.ts';

type Dimension = 'usd' | 'tokens' | 'requests';

/** What is used of a budget, dimension by dimension: `$0.42 of $1.00`, `1,200 of 5,000 requests`. */
export function budgetUseTexts(budget: Pick<BudgetReport, Dimension>): string[] {
  return dimensionsOf(budget).map(([dimension, { used, limit }]) => {
    const [much, little] = [used, limit].map((amount) => amountText(dimension, amount));
    return `${much} of ${little}${nouns[dimension]}`;
  });
}

/** The dimensions of which it has a limit. */
export function dimensionsOf(
  budget: Pick<BudgetReport, Dimension>,
): readonly (readonly [Dimension, BudgetUse])[] {
  return (['usd', 'tokens', 'requests'] as const).flatMap((dimension) => {
    const use = budget[dimension];
    return use === null ? [] : [[dimension, use] as const];
  });
}

/** An amount with its unit: `$1.00`, `5,000 requests`. */
export function budgetAmountText(dimension: Dimension, amount: number): string {
  return amountText(dimension, amount) + nouns[dimension];
}

const nouns: Readonly<Record<Dimension, string>> = { usd: '', tokens: ' tokens', requests: ' requests' };

function amountText(dimension: Dimension, amount: number | null | undefined): string {
  if (amount === null || amount === undefined) return 'an unknown part';
  return dimension === 'usd' ? usdText(amount) : countText(amount);
}
