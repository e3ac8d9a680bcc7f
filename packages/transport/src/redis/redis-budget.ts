import { TokenstormError } from '@tokenstorm/core';
import type { Budget, BudgetAmounts, BudgetGrant, BudgetState } from '@tokenstorm/core';
import { BudgetHolder } from './budget-holder.ts';
import { runKeys } from './keys.ts';
import type { RoundTripWay } from './round-trips.ts';

/** A run's budget in Redis: all its processes share it. */
export class RedisBudget implements Budget {
  readonly #holder: BudgetHolder;

  constructor(way: RoundTripWay, runId: string, limits: BudgetAmounts) {
    this.#holder = new BudgetHolder({ ...way, keys: runKeys(runId), limits });
  }

  get isIdle(): boolean {
    return this.#holder.isIdle;
  }

  reserve(amounts: BudgetAmounts): Promise<BudgetGrant> {
    return this.#holder.reserve(amounts);
  }

  /** Counts here at once, for the others within 50 ms. */
  settle(reserved: BudgetAmounts, used: BudgetAmounts): Promise<void> {
    return this.#holder.settle(reserved, used);
  }

  state(): Promise<BudgetState> {
    return this.#holder.state();
  }

  /** Gives back what is in stock, and tells what was used, which takes until Redis has it. */
  async close(): Promise<void> {
    await this.#holder.close(new TokenstormError('E_REDIS', 'the connection to Redis was ended'));
  }
}
