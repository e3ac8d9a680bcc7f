import { usdText } from '@tokenstorm/core';
import type { ModelCost, PriceFacts, Report, RunCost } from '@tokenstorm/core';
import { dollarText } from '../../view/dollar-text.ts';
import { numbered } from '../../view/number-text.ts';
import { plainText } from '../../view/page.ts';
import type { Page, Section } from '../../view/page.ts';
import { labelled } from '../../view/wrap.ts';

/** What the run cost in all, by model and by region, at which prices, and what it would in a month; nothing without any price. */
export function costSection({ cost }: Report, { width, style }: Page): Section {
  if (cost === null) return [];
  const { by_model: models = [], by_region: regions = [], projected_month_usd: month = null } = cost;
  const byRegion = regions.map(({ region, total_usd }) => `${plainText(region)} ${dollarText(total_usd)}`);
  return [
    style.title('Cost analysis:'),
    ...labelled('  ', totalTexts(cost).join(' | '), width),
    ...models.flatMap((model) => labelled('  ', modelText(model), width)),
    ...(regions.length < 2 ? [] : labelled('  ', `By region: ${byRegion.join(', ')}`, width)),
    ...(month === null ? [] : labelled('  ', `At this rate: ${usdText(month)} in 30 days`, width)),
  ];
}

function totalTexts({ total_usd, per_request_usd, per_1k_tokens_usd }: RunCost): string[] {
  return [
    `Total cost: ${dollarText(total_usd)}`,
    ...(per_request_usd === null ? [] : [`Cost/request: ${usdText(per_request_usd)}`]),
    ...(per_1k_tokens_usd === null ? [] : [`Cost/1K tokens: ${usdText(per_1k_tokens_usd)}`]),
  ];
}

/** `openai/gpt-4o-mini: $0.0042 for 20 requests at $0.15 in, $0.60 out per 1M tokens (built-in table, 2025-07-04)`. */
function modelText({
  provider,
  model,
  total_usd,
  requests,
  price,
  price_source,
  price_date,
}: ModelCost): string {
  const name = plainText(`${provider}/${model}`);
  const spent = `${name}: ${dollarText(total_usd)} for ${numbered(requests, 'request')}`;
  if (price === null) return `${spent}, no price is known`;
  const source = [sourceWords[price_source ?? 'scenario'], ...(price_date === null ? [] : [price_date])];
  return `${spent} at ${priceText(price)} per 1M tokens (${source.join(', ')})`;
}

const sourceWords = { scenario: "the scenario's price", file: 'price file', table: 'built-in table' };

/** What input, cached input, cache writes, output and reasoning cost, those that have a price of their own. */
function priceText({ input, output, cached_input, cache_write, reasoning }: PriceFacts): string {
  return [
    `${usdText(input)} in`,
    ...(cached_input === undefined ? [] : [`${usdText(cached_input)} cached`]),
    ...(cache_write === undefined ? [] : [`${usdText(cache_write)} cache write`]),
    `${usdText(output)} out`,
    ...(reasoning === undefined ? [] : [`${usdText(reasoning)} reasoning`]),
  ].join(', ');
}
