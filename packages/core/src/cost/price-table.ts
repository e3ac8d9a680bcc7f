import type { ModelPrice } from './price.ts';
import { anthropicPrices } from './table/anthropic.ts';
import { coherePrices } from './table/cohere.ts';
import { googlePrices } from './table/google.ts';
import { mistralPrices } from './table/mistral.ts';
import { openaiPrices } from './table/openai.ts';
import { zaiPrices } from './table/zai.ts';
import type { VendorPrice, VendorPrices } from './vendor-prices.ts';

/**
 * Prices that are built in, in USD per 1,000,000 tokens. They were taken from genai-prices (github.com/pydantic/genai-prices,
 * 2026-08-21), which names the vendor's page and the day on which somebody last looked at it for each model, and for z.ai's
 * older models from its page of 2026-01-24. A model is left out where public records disagree, or its price depends on the
 * hour.
 */
export const priceTable: readonly VendorPrices[] = [
  openaiPrices,
  anthropicPrices,
  googlePrices,
  coherePrices,
  mistralPrices,
  zaiPrices,
];

/** The vendor whose own server all these base URLs lead to; `undefined` for any other server, and for several. */
export function vendorAt(baseUrls: readonly string[]): VendorPrices | undefined {
  const hrefs = baseUrls.map((url) => URL.parse(url)?.href);
  return priceTable.find(
    ({ addresses }) =>
      hrefs.length > 0 &&
      hrefs.every((href) => addresses.some((address) => `${href ?? ''}/`.startsWith(address))),
  );
}

/** What the vendor's list says about a model, by its exact name or that of a snapshot; `undefined` where it says nothing. */
export function tablePrice(vendor: VendorPrices, model: string): ModelPrice | undefined {
  const alias = vendor.datedNames?.exec(model)?.[1];
  const found =
    vendor.prices.find(({ models }) => models.includes(model)) ??
    vendor.prices.find(({ models }) => alias !== undefined && models.includes(alias));
  return found && priceOfRow(found, vendor.source);
}

function priceOfRow(
  { models: _models, date, upToInputTokens, ...price }: VendorPrice,
  place: string,
): ModelPrice {
  const limit = upToInputTokens === undefined ? {} : { upToInputTokens };
  return { ...price, origin: { source: 'table', date, place, ...limit } };
}
