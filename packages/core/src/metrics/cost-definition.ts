/** The one metric that follows from others and prices: no request has a value of its own. */
export interface CostDefinition {
  readonly kind: 'cost';
  readonly name: 'cost_usd';
  readonly unit: 'usd';
  readonly title: string;
  readonly formula: string;
  readonly meaning: string;
}

/** What the run costs. */
export const costDefinition: CostDefinition = {
  kind: 'cost',
  name: 'cost_usd',
  unit: 'usd',
  title: 'Cost',
  formula: 'sum over models of tokens x price',
  meaning:
    "Of completed requests, in US dollars by the scenario's `pricing`, a price file or the built-in table. Unknown where a model that answered has no price: a threshold on it fails then.",
};
