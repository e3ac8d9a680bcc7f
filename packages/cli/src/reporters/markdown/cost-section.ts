import type { ModelCost, Report } from '@tokenstorm/core';
import { usdText } from '@tokenstorm/core';
import { budgetUseTexts } from '../../view/budget-text.ts';
import { countText } from '../../view/number-text.ts';
import { codeOf, proseOf } from './escape.ts';
import { columnsOf, markdownTable } from './markdown-table.ts';

/** What the run cost, by model where there are several, and what is left of its budget. */
export function costSection(report: Report): string {
  const { cost, budget = null } = report;
  const uses = budget === null ? '' : budgetUseTexts(budget).join(', ');
  const models = cost?.by_model ?? [];
  const isPriced = models.some(({ price }) => price !== null);
  const parts = [
    ...(cost === null ? [] : totals(cost)),
    ...(models.length > 1 && isPriced ? [modelTable(models)] : []),
    ...(uses === '' ? [] : [`Budget: ${proseOf(uses)}, by all attempts.`]),
  ];
  return parts.length === 0 ? '' : ['### Cost', ...parts].join('\n\n');
}

function totals(cost: NonNullable<Report['cost']>): string[] {
  const { total_usd: total, per_request_usd: each, per_1k_tokens_usd: tokens } = cost;
  const month = cost.projected_month_usd ?? null;
  const parts = [
    ...(total === null ? [] : [`**${usdText(total)}** in all`]),
    ...(each === null ? [] : [`${usdText(each)} per request`]),
    ...(tokens === null ? [] : [`${usdText(tokens)} per 1,000 tokens`]),
    ...(month === null ? [] : [`${usdText(month)} per month at this rate`]),
  ];
  return parts.length === 0 ? [] : [parts.join(' · ')];
}

function modelTable(models: readonly ModelCost[]): string {
  const rows = models.map(({ provider, model, requests, total_usd, per_request_usd, per_1k_tokens_usd }) => [
    codeOf(`${provider}/${model}`),
    countText(requests),
    dollars(total_usd),
    dollars(per_request_usd),
    dollars(per_1k_tokens_usd),
  ]);
  return markdownTable(columnsOf('Model', '>Requests', '>Cost', '>Per request', '>Per 1,000 tokens'), rows);
}

function dollars(usd: number | null): string {
  return usd === null ? 'unknown' : usdText(usd);
}
