import type { Budget, BudgetAmounts, BudgetDimension, BudgetGrant, BudgetState } from '@tokenstorm/core';

/** How soon what others have set aside may have come back. */
const retryInMs = 20;

/** A budget in this process's memory. */
export class MemoryBudget implements Budget {
  readonly #limits: readonly (readonly [BudgetDimension, number])[];
  readonly #used: Partial<Record<BudgetDimension, number>> = {};
  readonly #reserved: Partial<Record<BudgetDimension, number>> = {};

  constructor(limits: BudgetAmounts) {
    this.#limits = Object.entries(limits) as [BudgetDimension, number][];
  }

  async reserve(amounts: BudgetAmounts): Promise<BudgetGrant> {
    const fitsBeside = (taken: (dimension: BudgetDimension) => number) =>
      this.#limits.every(([dimension, limit]) => taken(dimension) + (amounts[dimension] ?? 0) <= limit);
    if (!fitsBeside((dimension) => this.#used[dimension] ?? 0)) return { granted: false, exhausted: true };
    if (!fitsBeside((dimension) => (this.#used[dimension] ?? 0) + (this.#reserved[dimension] ?? 0)))
      return { granted: false, exhausted: false, retryInMs };
    this.#add(this.#reserved, amounts, 1);
    return { granted: true };
  }

  async settle(reserved: BudgetAmounts, used: BudgetAmounts): Promise<void> {
    this.#add(this.#reserved, reserved, -1);
    this.#add(this.#used, used, 1);
  }

  async state(): Promise<BudgetState> {
    return { used: { ...this.#used }, reserved: { ...this.#reserved } };
  }

  #add(sums: Partial<Record<BudgetDimension, number>>, amounts: BudgetAmounts, sign: 1 | -1): void {
    for (const [dimension] of this.#limits)
      sums[dimension] = (sums[dimension] ?? 0) + sign * (amounts[dimension] ?? 0);
  }
}
