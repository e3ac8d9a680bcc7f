import { nanoUsdPerUsd } from '../cost/cost-of.ts';
import type { PlannedRange, PlannedUse } from '../cost/planned-use.ts';
import { countWords, usdText } from '../cost/usd-text.ts';
import type { RunBudget } from './scenario.ts';

/** Says which limits of the budget the load as planned will pass, or may. What closed loops will send nobody knows. */
export function budgetWarnings(budget: RunBudget | undefined, use: PlannedUse): readonly string[] {
  if (budget === undefined) return [];
  const { requests } = use;
  const all = requests === undefined ? undefined : { least: requests, most: requests };
  return [
    ...warning('cost', use.nanoUsd, budget.usd === undefined ? undefined : budget.usd * nanoUsdPerUsd, inUsd),
    ...warning('use', use.tokens, budget.tokens, inTokens),
    ...crowdWarning(
      use.asideByUsers?.nanoUsd,
      budget.usd === undefined ? undefined : budget.usd * nanoUsdPerUsd,
      inUsd,
    ),
    ...crowdWarning(use.asideByUsers?.tokens, budget.tokens, inTokens),
    ...warning('send', all, budget.requests, inRequests),
  ];
}

function inUsd(nanoUsd: number): string {
  return usdText(nanoUsd / nanoUsdPerUsd);
}

function inTokens(tokens: number): string {
  return `${countWords(tokens)} tokens`;
}

function inRequests(requests: number): string {
  return `${countWords(requests)} requests`;
}

/** Nobody sends what cannot be set aside: the users wait for each other from the start. */
function crowdWarning(
  aside: number | undefined,
  limit: number | undefined,
  textOf: (amount: number) => string,
): string[] {
  if (aside === undefined || limit === undefined || aside <= limit) return [];
  return [
    `The virtual users set aside ${textOf(aside)} when each has a request under way, and the budget is ${textOf(limit)}: some of them will wait for the others from the start. A lower \`max_tokens\` sets less aside.`,
  ];
}

function warning(
  verb: string,
  use: PlannedRange | undefined,
  limit: number | undefined,
  textOf: (amount: number) => string,
): string[] {
  if (use === undefined || limit === undefined) return [];
  const { least, most = Infinity } = use;
  const end = `and the budget is ${textOf(limit)}`;
  if (least > limit) {
    const amount = least === most ? textOf(least) : `${textOf(least)} at least`;
    return [`The load as planned would ${verb} ${amount}, ${end}: the run will end before it.`];
  }
  if (most <= limit) return [];
  const amount = most === Infinity ? `more than ${textOf(least)}` : `up to ${textOf(most)}`;
  return [`The load as planned may ${verb} ${amount}, ${end}: the run may end before it.`];
}
