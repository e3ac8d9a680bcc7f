import { nanoUsdPerUsd } from '../cost/cost-of.ts';
import type { BudgetAmounts, BudgetState } from '../ports.ts';
import type { StopReason } from '../run.ts';
import type { RunBudget } from '../scenario/scenario.ts';
import type { BudgetReport, BudgetUse } from './spending.ts';

/** The limits of a budget as its port counts them. */
export function budgetLimits({ usd, tokens, requests }: RunBudget): BudgetAmounts {
  return {
    ...(usd !== undefined && { 'nano-usd': Math.round(usd * nanoUsdPerUsd) }),
    ...(tokens !== undefined && { tokens }),
    ...(requests !== undefined && { requests }),
  };
}

/** What of a budget is used or set aside. `state` is absent where nobody knows. */
export function budgetUses(
  { usd, tokens, requests }: RunBudget,
  state: BudgetState | undefined,
): Pick<BudgetReport, 'usd' | 'tokens' | 'requests'> {
  const use = (limit: number | undefined, dimension: keyof BudgetAmounts, perUnit = 1): BudgetUse | null => {
    if (limit === undefined) return null;
    const used = state && ((state.used[dimension] ?? 0) + (state.reserved[dimension] ?? 0)) / perUnit;
    return { limit, used: used ?? null };
  };
  return {
    usd: use(usd, 'nano-usd', nanoUsdPerUsd),
    tokens: use(tokens, 'tokens'),
    requests: use(requests, 'requests'),
  };
}

/** A budget at the end of a run: what is still set aside then counts as used. */
export function budgetReport(
  budget: RunBudget | undefined,
  state: BudgetState | undefined,
  stop: { readonly stopReason?: StopReason; readonly stoppedAtMs?: number },
): BudgetReport | null {
  if (budget === undefined) return null;
  const { stopReason, stoppedAtMs: atMs } = stop;
  const exhausted = stopReason === 'budget';
  return {
    on_exhausted: budget.onExhausted,
    exhausted,
    exhausted_after_s: exhausted && atMs !== undefined ? Math.round(Math.max(0, atMs)) / 1000 : null,
    ...budgetUses(budget, state),
  };
}
