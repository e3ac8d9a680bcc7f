/** What the tokens of the completed requests cost, to a billionth of a dollar. */
export interface Cost {
  readonly total_usd: number;
  /** Of a completed request; `null` where none is. */
  readonly per_request_usd: number | null;
  /** Of 1,000 tokens, input and output together; `null` where there are none. */
  readonly per_1k_tokens_usd: number | null;
}

/** The budget of a run. Dimensions without a limit are `null`. */
export interface BudgetReport {
  readonly on_exhausted: 'drain' | 'stop';
  /** Whether that ended the run. */
  readonly exhausted: boolean;
  /** When it did, from the run's start; `null` where it did not. */
  readonly exhausted_after_s: number | null;
  readonly usd: BudgetUse | null;
  readonly tokens: BudgetUse | null;
  readonly requests: BudgetUse | null;
}

/** One dimension of a budget. */
export interface BudgetUse {
  readonly limit: number;
  /**
   * By all attempts, warm-up and failed ones included, and what was set aside for those of which nobody knows what they used;
   * `null` where that is not known any more.
   */
  readonly used: number | null;
}
