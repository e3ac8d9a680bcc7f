import type { GroupLabels, MetricSummary, Report, ReportGroup } from '@tokenstorm/core';
import { sampleFloors, usdText } from '@tokenstorm/core';
import { measureText, scaleOf, shortCountText } from '../../view/number-text.ts';
import { plainText } from '../../view/page.ts';
import type { Page, Section } from '../../view/page.ts';
import { tableLines, tableWidth } from '../../view/table.ts';
import type { Column } from '../../view/table.ts';
import { labelled, shortened } from '../../view/wrap.ts';

const plainColumns: readonly Column[] = [
  { title: 'Group', align: 'left' },
  ...['Sent', 'Failed', 'TTFT p50/p99', 'E2E p50/p99', 'Tok/s'].map((title) => ({
    title,
    align: 'right' as const,
  })),
];

const costColumn: Column = { title: 'Cost', align: 'right' };

/** A name shorter than this says nothing. */
const leastRoom = 12;

/**
 * One row per provider, model, scenario and region, where there are several: the labels that differ name it. Where these
 * names are so long that they would be cut to the same, the rows have numbers, and the names stand above them.
 */
export function groupsTable(report: Report, { width, style }: Page): Section {
  if (report.groups.length < 2) return [];
  const { unit, columns, names, numbers } = groupCells(report);
  const withoutNames = tableWidth(
    columns,
    numbers.map((cells) => ['', ...cells]),
  );
  const room = Math.max(leastRoom, width - withoutNames + 'Group'.length);
  const short = names.map((name) => shortened(name, room));
  const areTold = new Set(short).size === names.length;
  const titles = areTold ? short : names.map((_, index) => String(index + 1));
  const rows = titles.map((title, index) => [title, ...(numbers[index] ?? [])]);
  const legend = areTold
    ? []
    : names.flatMap((name, index) => labelled(`${index + 1}  `.padStart(6), name, width));
  return [style.title(`By group (${unit}):`), ...legend, ...tableLines(columns, rows)];
}

/** What the table says: a name for each group, and the numbers of the columns after it. */
export function groupCells({ groups }: Report) {
  const varying = varyingLabels(groups);
  const most = Math.max(...groups.flatMap(({ metrics }) => [metrics.ttft?.p99 ?? 0, metrics.e2e?.p99 ?? 0]));
  const { unit, factor } = scaleOf('ms', most);
  const hasCost = groups.some(({ cost }) => cost !== null);
  return {
    unit,
    columns: hasCost ? [...plainColumns, costColumn] : plainColumns,
    names: groups.map((group) => groupName(group.labels, varying)),
    numbers: groups.map((group) => [
      ...numberCells(group, factor),
      ...(hasCost ? [group.cost === null ? '-' : usdText(group.cost.total_usd)] : []),
    ]),
  };
}

function varyingLabels(groups: readonly ReportGroup[]): Set<keyof GroupLabels> {
  const names = ['provider', 'model', 'scenario', 'region'] as const;
  return new Set(names.filter((name) => new Set(groups.map((group) => group.labels[name])).size > 1));
}

function groupName(labels: GroupLabels, varying: ReadonlySet<keyof GroupLabels>): string {
  const target = (['provider', 'model'] as const)
    .filter((name) => varying.has(name))
    .map((name) => labels[name]);
  const rest = (['scenario', 'region'] as const)
    .filter((name) => varying.has(name))
    .map((name) => labels[name]);
  return plainText([...(target.length > 0 ? [target.join('/')] : []), ...rest].join(' · '));
}

function numberCells({ accounting, metrics }: ReportGroup, factor: number): string[] {
  const { scheduled, dropped, failed } = accounting;
  const speed = metrics.output_tokens_per_second;
  return [
    shortCountText(scheduled - dropped),
    shortCountText(failed),
    medianAndTail(metrics.ttft, factor),
    medianAndTail(metrics.e2e, factor),
    speed === undefined ? '-' : measureText(speed.p50),
  ];
}

function medianAndTail(summary: MetricSummary | undefined, factor: number): string {
  if (summary === undefined) return '-';
  const mark = summary.count < sampleFloors.p99 ? '~' : '';
  return `${measureText(summary.p50 * factor)}/${mark}${measureText(summary.p99 * factor)}`;
}
