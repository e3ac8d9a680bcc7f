import { setTimeout as sleep } from 'node:timers/promises';
import { budgetLimits } from '@tokenstorm/core';
import type { BudgetState, RunPlan, Transport } from '@tokenstorm/core';

/** What the last attempts used is told within this time, but for those of a worker that is gone. */
const toldWithinMs = 1000;
const askAgainMs = 100;

/** How a run's budget stands; undefined where it has none, or nobody can say now. */
export async function budgetStateOf(
  transport: Pick<Transport, 'budget'>,
  { runId, scenario: { budget } }: RunPlan,
): Promise<BudgetState | undefined> {
  if (budget === undefined) return undefined;
  return await transport
    .budget(runId, budgetLimits(budget))
    .state()
    .catch(() => undefined);
}

/** The same at the end of the run: once nothing is set aside any more, or soon. */
export async function finalBudgetState(
  transport: Pick<Transport, 'budget' | 'clock'>,
  plan: RunPlan,
): Promise<BudgetState | undefined> {
  const untilMs = transport.clock.nowMs() + toldWithinMs;
  for (;;) {
    const state = await budgetStateOf(transport, plan);
    const isSettled = Object.values(state?.reserved ?? {}).every((amount) => amount === 0);
    if (isSettled || transport.clock.nowMs() >= untilMs) return state;
    await sleep(askAgainMs);
  }
}
