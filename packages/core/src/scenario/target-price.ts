import type { ModelPrice } from '../cost/price.ts';
import { tablePrice, vendorAt } from '../cost/price-table.ts';
import { countWords } from '../cost/usd-text.ts';
import type { VendorPrices } from '../cost/vendor-prices.ts';
import type { Parse, ScenarioContext } from './context.ts';
import { missingNames, referencedNames, resolveReferences } from './environment.ts';
import { priceOfModel } from './pricing.ts';
import { requestSize } from './request-size.ts';
import type { Dataset, Target, Workload } from './scenario.ts';
import type { ProviderSection } from './schema.ts';

/**
 * What a model costs: by the scenario's `pricing`, else by the price file, else by the built-in table where the base URL is
 * the vendor's own. A server elsewhere may ask anything for a model of that name.
 */
export function targetPrice(
  { context }: Pick<Parse, 'context'>,
  provider: ProviderSection,
  model: string,
  baseUrl: Target['baseUrl'],
): Pick<Target, 'price'> {
  const vendor = vendorOf(baseUrl, context);
  const price =
    priceOfModel(provider, model) ??
    context.prices?.priceOf(provider.name, model) ??
    (vendor && tablePrice(vendor, model));
  return price === undefined ? {} : { price };
}

/** The targets without built-in prices that do not hold for what is sent to them, and a sentence for each of these. */
export function withPricesThatHold(
  targets: readonly Target[],
  workloads: readonly Workload[],
  datasets: ReadonlyMap<string, Dataset>,
): { readonly targets: readonly Target[]; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const held = targets.map((target) => {
    const senders = workloads.filter((workload) => workload.targets.includes(target.key));
    const reason = senders.map((workload) => reasonAgainst(target.price, workload, datasets)).find(Boolean);
    if (reason === undefined) return target;
    warnings.push(`The cost of ${target.key} is unknown: ${reason}. ${remedy}`);
    const { price: _price, ...unpriced } = target;
    return unpriced;
  });
  return { targets: held, warnings };
}

/**
 * Says which models at a vendor's own server have no price, where no model has one: where some do, the report says which do
 * not.
 */
export function missingPriceWarnings(targets: readonly Target[], context: ScenarioContext): string[] {
  const missing = targets.filter(
    ({ price, baseUrl }) => price === undefined && vendorOf(baseUrl, context) !== undefined,
  );
  if (missing.length === 0 || targets.some(({ price }) => price !== undefined)) return [];
  return [
    `No price is known for ${missing.map(({ key }) => key).join(', ')}: the cost will be unknown. ${remedy}`,
  ];
}

const remedy = '`pricing` of the provider takes its prices, and so does a file of `--prices`.';

/** A reference counts as what it stands for here, unless others resolve it. */
function vendorOf(
  baseUrl: Target['baseUrl'],
  { env, isDistributed }: ScenarioContext,
): VendorPrices | undefined {
  const urls = typeof baseUrl === 'string' ? [baseUrl] : Object.values(baseUrl);
  const isKnown = (url: string) =>
    isDistributed === true ? referencedNames(url).length === 0 : missingNames(url, env).length === 0;
  return urls.every(isKnown) ? vendorAt(urls.map((url) => resolveReferences(url, env))) : undefined;
}

/** Parts of a request by which vendors ask other prices than those of their standard tier. */
const standardTiers: readonly unknown[] = ['auto', 'default', 'standard', 'standard_only'];
const pricedParts = ['speed', 'inference_geo'];

function reasonAgainst(
  price: ModelPrice | undefined,
  { name, prompts, maxTokens, extraBody }: Workload,
  datasets: ReadonlyMap<string, Dataset>,
): string | undefined {
  if (price?.origin?.source !== 'table') return undefined;
  const { service_tier: tier = 'default' } = extraBody;
  if (!standardTiers.includes(tier))
    return `\`${name}\` asks for another \`service_tier\` than the standard one`;
  const part = pricedParts.find((key) => extraBody[key] !== undefined);
  if (part !== undefined) return `\`${name}\` sends \`${part}\`, on which its price depends`;
  const { upToInputTokens: limit = Infinity } = price.origin;
  const { largest } = requestSize({ prompts, ...(maxTokens !== undefined && { maxTokens }) }, datasets).input;
  if (largest > limit)
    return `\`${name}\` sends more input than the ${countWords(limit)} tokens up to which its price holds`;
  return limit < Infinity && prompts.kind === 'worker-file'
    ? `its price holds up to ${countWords(limit)} input tokens, and only the workers have the prompts of \`${name}\``
    : undefined;
}
