import type { ModelCost, RegionCost, Report, RunCost } from '@tokenstorm/core';
import { usdText } from '@tokenstorm/core';
import { budgetUseTexts } from '../../view/budget-text.ts';
import { dollarText } from '../../view/dollar-text.ts';
import { countText } from '../../view/number-text.ts';
import { codeOf, proseOf } from './escape.ts';
import { columnsOf, markdownTable } from './markdown-table.ts';

/** Regions beyond so many are counted, not shown. */
const mostRegions = 20;

/** What the run cost, by model and by region where there are several, and what is left of its budget. */
export function costSection(report: Report): string {
  const { cost, budget = null } = report;
  const uses = budget === null ? '' : budgetUseTexts(budget).join(', ');
  const { by_model: models = [], by_region: regions = [] } = cost ?? {};
  const isPriced = models.some(({ price }) => price !== null);
  const parts = [
    ...(cost === null ? [] : [totals(cost)]),
    ...(models.length > 1 && isPriced ? [modelTable(models)] : []),
    ...(regions.length > 1 ? [regionText(regions)] : []),
    ...(uses === '' ? [] : [`Budget: ${proseOf(uses)}, by all attempts.`]),
  ];
  return parts.length === 0 ? '' : ['### Cost', ...parts].join('\n\n');
}

function totals(cost: RunCost): string {
  const { total_usd: total, per_request_usd: each, per_1k_tokens_usd: tokens } = cost;
  const month = cost.projected_month_usd ?? null;
  const parts = [
    `**${dollarText(total)}** in all`,
    ...(each === null ? [] : [`${usdText(each)} per request`]),
    ...(tokens === null ? [] : [`${usdText(tokens)} per 1,000 tokens`]),
    ...(month === null ? [] : [`${usdText(month)} per month at this rate`]),
  ];
  return parts.join(' · ');
}

function modelTable(models: readonly ModelCost[]): string {
  const rows = models.map(({ provider, model, requests, total_usd, per_request_usd, per_1k_tokens_usd }) => [
    codeOf(`${provider}/${model}`),
    countText(requests),
    dollarText(total_usd),
    dollarText(per_request_usd),
    dollarText(per_1k_tokens_usd),
  ]);
  return markdownTable(columnsOf('Model', '>Requests', '>Cost', '>Per request', '>Per 1,000 tokens'), rows);
}

function regionText(regions: readonly RegionCost[]): string {
  const parts = regions
    .slice(0, mostRegions)
    .map(({ region, total_usd: usd }) => `${codeOf(region)} ${dollarText(usd)}`);
  const left = regions.length - parts.length;
  return `By region: ${parts.join(', ')}${left > 0 ? ` and ${left} more` : ''}.`;
}
