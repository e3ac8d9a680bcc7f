import type { ModelPrice } from '../cost/price.ts';
import type { Parse } from './context.ts';
import type { ScenarioPath } from './problem.ts';
import type { ProviderSection } from './schema.ts';
import { didYouMean } from './suggestion.ts';

type PriceSection = NonNullable<ProviderSection['pricing']>[string];

/** The price of a provider's model; `undefined` where its `pricing` has none. */
export function priceOfModel({ pricing = {} }: ProviderSection, model: string): ModelPrice | undefined {
  const written = Object.hasOwn(pricing, model) ? pricing[model] : undefined;
  return written && modelPrice(written);
}

/** Refuses prices of models that the provider does not list. */
export function checkPricing(
  { reading }: Parse,
  { models, pricing = {} }: ProviderSection,
  path: ScenarioPath,
): void {
  for (const model of Object.keys(pricing)) {
    if (models.includes(model)) continue;
    const message = `\`pricing\` names \`${model}\`, which is not one of the provider's models`;
    reading.report([...path, 'pricing', model], message, didYouMean(model, models), 'key');
  }
}

/** A price as a file has it. */
export function modelPrice({
  input,
  output,
  cached_input,
  cache_write,
  reasoning,
}: PriceSection): ModelPrice {
  return {
    input,
    output,
    ...(cached_input === undefined ? {} : { cachedInput: cached_input }),
    ...(cache_write === undefined ? {} : { cacheWrite: cache_write }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}
