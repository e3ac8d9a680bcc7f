import type { BudgetReport, BudgetUse, RunBudget } from '@tokenstorm/core';

/** What a run left of a budget; a dimension of which nobody knows what was used counts as used up. */
export function budgetLeft(
  budget: RunBudget | undefined,
  report: BudgetReport | null | undefined,
): RunBudget | undefined {
  if (budget === undefined || report === null || report === undefined) return budget;
  const { onExhausted } = budget;
  const rest = {
    usd: left(budget.usd, report.usd),
    tokens: left(budget.tokens, report.tokens),
    requests: left(budget.requests, report.requests),
  };
  return {
    onExhausted,
    ...(rest.usd !== undefined && { usd: rest.usd }),
    ...(rest.tokens !== undefined && { tokens: rest.tokens }),
    ...(rest.requests !== undefined && { requests: rest.requests }),
  };
}

/** Whether a dimension of it has nothing left. */
export function isUsedUp(budget: RunBudget | undefined): boolean {
  return budget !== undefined && [budget.usd, budget.tokens, budget.requests].includes(0);
}

function left(limit: number | undefined, use: BudgetUse | null): number | undefined {
  return limit === undefined ? undefined : Math.max(0, limit - (use?.used ?? limit));
}
