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
}

/** The price of a provider's model; `undefined` where nobody gave one. */
export type PriceOf = (labels: {
  readonly provider: string;
  readonly model: string;
}) => ModelPrice | undefined;

/** The prices that these targets have. */
export function pricesOf(targets: readonly Pick<Target, 'provider' | 'model' | 'price'>[]): PriceOf {
  const prices = new Map(targets.map(({ provider, model, price }) => [keyOf(provider, model), price]));
  return ({ provider, model }) => prices.get(keyOf(provider, model));
}

function keyOf(provider: string, model: string): string {
  return JSON.stringify([provider, model]);
}
