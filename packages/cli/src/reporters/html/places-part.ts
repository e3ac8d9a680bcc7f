import type { Report, ReportGroup } from '@tokenstorm/core';
import { countText } from '../../view/number-text.ts';
import { costColumn, outcomeColumns, percentileColumn } from './group-columns.ts';
import { markup } from './markup.ts';
import type { Content } from './markup.ts';
import { mergedGroups, mergedPercentile } from './merged-groups.ts';
import type { MergedGroups } from './merged-groups.ts';
import { named, numbers, table } from './table.ts';
import type { HtmlColumn } from './table.ts';

/** The regions beside each other. */
export function regionsPart({ groups, cost }: Report): Content {
  const rows = mergedGroups(groups, ({ labels }) => labels.region);
  const costs = new Map((cost?.by_region ?? []).map(({ region, total_usd: usd }) => [region, usd]));
  const most = Math.max(0.001, ...rows.map((row) => mergedPercentile(row, 'ttft', 'p95') ?? 0));
  const columns: readonly HtmlColumn<MergedGroups>[] = [
    { title: 'Region', cell: ({ name }) => named(name) },
    ...outcomeColumns<MergedGroups>(),
    { title: 'TTFT p50 and p95', isPicture: true, cell: (row) => rangeBar(row, most) },
    percentileColumn('TTFT p50', 'ttft', 'p50'),
    percentileColumn('TTFT p95', 'ttft', 'p95'),
    percentileColumn('E2E p50', 'e2e', 'p50'),
    percentileColumn('E2E p95', 'e2e', 'p95'),
    percentileColumn('Tokens/s, p50', 'output_tokens_per_second', 'p50'),
    ...(costs.size === 0 ? [] : [costColumn<MergedGroups>(({ name }) => costs.get(name) ?? null)]),
  ];
  return table({ caption: 'Regions, latencies in ms', columns, rows, isSortable: true });
}

/** The median within the 95th percentile, against the slowest of all. */
function rangeBar(row: MergedGroups, most: number): Content {
  const p50 = mergedPercentile(row, 'ttft', 'p50') ?? 0;
  const p95 = mergedPercentile(row, 'ttft', 'p95') ?? 0;
  const share = (value: number) => `${((value / most) * 100).toFixed(1)}%`;
  return markup`<span class="bar" aria-hidden="true"
    ><i class="input" style="width:${share(p50)}"></i
    ><i class="output" style="width:${share(Math.max(0, p95 - p50))}"></i
  ></span>`;
}

interface GroupRow extends MergedGroups {
  readonly group: ReportGroup;
}

/** Every provider, model, scenario and region by itself. */
export function groupsPart({ groups }: Report): Content {
  const rows = groups.map((group): GroupRow => ({
    name: '',
    accounting: group.accounting,
    groups: [group],
    group,
  }));
  const columns: readonly HtmlColumn<GroupRow>[] = [
    {
      title: 'Model',
      cell: ({ group: { labels } }) => named(`${labels.provider}/${labels.model}`),
    },
    { title: 'Scenario', cell: ({ group }) => group.labels.scenario },
    { title: 'Region', cell: ({ group }) => group.labels.region },
    ...outcomeColumns<GroupRow>(),
    percentileColumn('TTFT p50', 'ttft', 'p50'),
    percentileColumn('TTFT p95', 'ttft', 'p95'),
    percentileColumn('TTFT p99', 'ttft', 'p99'),
    percentileColumn('E2E p50', 'e2e', 'p50'),
    percentileColumn('E2E p95', 'e2e', 'p95'),
    percentileColumn('E2E p99', 'e2e', 'p99'),
    percentileColumn('Tokens/s, p50', 'output_tokens_per_second', 'p50'),
    numbers('Output tokens', ({ group }) => group.tokens.output, countText),
    ...(groups.some(({ cost }) => cost !== null)
      ? [costColumn<GroupRow>(({ group }) => group.cost?.total_usd ?? null)]
      : []),
  ];
  return table({ caption: 'All groups, latencies in ms', columns, rows, isSortable: rows.length > 1 });
}
