import type { PriceSource } from '../cost/price.ts';

/** What the tokens of the completed requests cost, to a billionth of a dollar. */
export interface Cost {
  readonly total_usd: number;
  /** Of a completed request; `null` where none is. */
  readonly per_request_usd: number | null;
  /** Of 1,000 tokens, input and output together; `null` where there are none. */
  readonly per_1k_tokens_usd: number | null;
}

/** The same of a whole run, and where it comes from. Sums of which a part is unknown are `null`. */
export interface RunCost {
  /** `null` where a model that answered has no price: the known part of a sum is no sum. */
  readonly total_usd: number | null;
  readonly per_request_usd: number | null;
  readonly per_1k_tokens_usd: number | null;
  /** One row for each model that answered, the dearest first and the unknown last. Absent, as all that follows, in reports of versions that had none. */
  readonly by_model?: readonly ModelCost[];
  /** The dearest first. */
  readonly by_region?: readonly RegionCost[];
  /** The total at the rate of this run, over 30 days: total / measured seconds x 2,592,000. `null` below one measured second. */
  readonly projected_month_usd?: number | null;
  /** Whether every model that answered has a price. */
  readonly complete?: boolean;
}

/** What one model cost; `null` where its price is unknown. */
export interface ModelCost {
  readonly provider: string;
  readonly model: string;
  /** Completed ones. */
  readonly requests: number;
  readonly total_usd: number | null;
  readonly per_request_usd: number | null;
  readonly per_1k_tokens_usd: number | null;
  readonly price: PriceFacts | null;
  /** Where the price comes from: `pricing` of the scenario, a price file, or the built-in table. */
  readonly price_source: PriceSource | null;
  /** The day on which it was read at its source, `2026-07-22`; `null` where nobody says. */
  readonly price_date: string | null;
}

/** USD per 1,000,000 tokens. An absent `cached_input` and `cache_write` are `input`, an absent `reasoning` is `output`. */
export interface PriceFacts {
  readonly input: number;
  readonly output: number;
  readonly cached_input?: number;
  readonly cache_write?: number;
  readonly reasoning?: number;
}

/** What the requests of one region cost; `null` where one of their models has no price. */
export interface RegionCost {
  readonly region: string;
  readonly total_usd: number | null;
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
