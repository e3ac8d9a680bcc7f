import type { Target } from '../scenario/scenario.ts';

/** Prices of one model in USD per 1,000,000 tokens, each at least 0. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Of input read from a prompt cache; absent: that of input. */
  readonly cachedInput?: number;
  /** Of input written to a prompt cache; absent: that of input. */
  readonly cacheWrite?: number;
  /** Of output that is reasoning; absent: that of output. */
  readonly reasoning?: number;
  /** Absent for a price that the scenario gives. */
  readonly origin?: PriceOrigin;
}

/** Where a price comes from: `pricing` of the scenario, a price file, or the built-in table. */
export type PriceSource = 'scenario' | 'file' | 'table';

/** Who says what a model costs, and since when that is known. */
export interface PriceOrigin {
  readonly source: Exclude<PriceSource, 'scenario'>;
  /** The day on which it was read there, `2026-07-22`; absent where nobody says. */
  readonly date?: string;
  /** The provider's page that it stands on, or the file. */
  readonly place?: string;
  /** Requests with more input tokens than this cost more; absent: none do. */
  readonly upToInputTokens?: number;
}

/** The price of a provider's model; `undefined` where nobody gave one. */
export type PriceOf = (labels: {
  readonly provider: string;
  readonly model: string;
}) => ModelPrice | undefined;

/** A text that is the same for prices that are, whoever says so. */
export function priceKey(price: ModelPrice | undefined): string {
  return JSON.stringify(price, (key, value: unknown) => (key === 'origin' ? undefined : value)) ?? '';
}

/** The prices that these targets have. */
export function pricesOf(targets: readonly Pick<Target, 'provider' | 'model' | 'price'>[]): PriceOf {
  const prices = new Map(targets.map(({ provider, model, price }) => [keyOf(provider, model), price]));
  return ({ provider, model }) => prices.get(keyOf(provider, model));
}

function keyOf(provider: string, model: string): string {
  return JSON.stringify([provider, model]);
}
