import { usdText } from '@tokenstorm/core';
import type { Report, TokenTotals } from '@tokenstorm/core';
import { countText, measureText } from '../../view/number-text.ts';
import { costColumn, percentileColumn } from './group-columns.ts';
import { markup } from './markup.ts';
import type { Content } from './markup.ts';
import { mergedGroups } from './merged-groups.ts';
import type { MergedGroups } from './merged-groups.ts';
import { named, numbers, table } from './table.ts';
import type { HtmlColumn } from './table.ts';

type Count = 'input' | 'output' | 'reasoning' | 'cached_input';

/** Tokens, speed and cost of each model. */
export function modelsPart(report: Report): Content {
  const rows = mergedGroups(report.groups, ({ labels }) => `${labels.provider}/${labels.model}`);
  if (rows.length === 0) return markup`<p class="empty">No model answered.</p>`;
  const most = Math.max(1, ...rows.map((row) => (tokens(row, 'input') ?? 0) + (tokens(row, 'output') ?? 0)));
  const columns: readonly HtmlColumn<MergedGroups>[] = [
    { title: 'Model', cell: ({ name }) => named(name) },
    numbers('Completed', ({ accounting }) => accounting.completed, countText),
    numbers('Input tokens', (row) => tokens(row, 'input'), countText),
    numbers('Output tokens', (row) => tokens(row, 'output'), countText),
    ...optional(rows, 'Reasoning', 'reasoning'),
    ...optional(rows, 'From cache', 'cached_input'),
    { title: 'Input and output', isPicture: true, cell: (row) => tokenBar(row, most) },
    numbers('Output per request', (row) => perRequest(row), measureText),
    percentileColumn('Tokens/s, p50', 'output_tokens_per_second', 'p50'),
    ...costColumns(report),
  ];
  return markup`${table({ caption: 'Tokens by model', columns, rows, isSortable: rows.length > 1 })}
    <p class="hint">${sourceText(report.tokens.source)}${priceText(report)}</p>`;
}

/** Of the groups that say; `null` where none does. */
function tokens({ groups }: MergedGroups, key: Count): number | null {
  const known = groups.flatMap((group) => group.tokens[key] ?? []);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

function perRequest(row: MergedGroups): number | null {
  const output = tokens(row, 'output');
  return output === null || row.accounting.completed === 0 ? null : output / row.accounting.completed;
}

/** A column that only some reports have something in. */
function optional(rows: readonly MergedGroups[], title: string, key: Count): HtmlColumn<MergedGroups>[] {
  if (rows.every((row) => tokens(row, key) === null)) return [];
  return [numbers(title, (row) => tokens(row, key), countText)];
}

function tokenBar(row: MergedGroups, most: number): Content {
  const input = tokens(row, 'input') ?? 0;
  const output = tokens(row, 'output') ?? 0;
  const share = (count: number) => `${((count / most) * 100).toFixed(1)}%`;
  return markup`<span class="bar" aria-hidden="true"
      ><i class="input" style="width:${share(input)}"></i
      ><i class="output" style="width:${share(output)}"></i></span
    ><span class="hidden">${countText(input)} in, ${countText(output)} out</span>`;
}

function costColumns({ groups, cost }: Report): HtmlColumn<MergedGroups>[] {
  if (cost === null && groups.every((group) => group.cost === null)) return [];
  return [costColumn(costOf)];
}

/** `null` where a part of it is unknown. */
function costOf({ groups }: MergedGroups): number | null {
  const known = groups.flatMap(({ cost }) => cost?.total_usd ?? []);
  return known.length < groups.length ? null : known.reduce((sum, usd) => sum + usd, 0);
}

function sourceText(source: TokenTotals['source']): string {
  switch (source) {
    case 'provider':
      return 'Tokens as the provider counted them.';
    case 'tokenizer':
      return 'Tokens as a tokenizer of ours counted them.';
    case 'estimated':
      return 'Tokens are estimated: characters / 4.';
    case 'mixed':
      return 'Tokens are partly estimated: characters / 4.';
    case null:
      return 'No tokens were counted.';
  }
}

/** Where the prices are from. */
function priceText({ cost }: Report): string {
  const rows = (cost?.by_model ?? []).filter(({ price }) => price !== null);
  const sources = rows.map(({ model, price_source: source, price_date: date }) => {
    const place =
      source === 'table' ? 'the built-in table' : source === 'file' ? 'a price file' : 'the scenario';
    return `${model} from ${place}${date === null ? '' : ` (${date})`}`;
  });
  const month = cost?.projected_month_usd ?? null;
  const projected = month === null ? '' : ` At this rate a month would cost ${usdText(month)}.`;
  return sources.length === 0 ? projected : ` Prices: ${sources.join(', ')}.${projected}`;
}
