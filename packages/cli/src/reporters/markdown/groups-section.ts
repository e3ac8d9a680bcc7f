import type { Report } from '@tokenstorm/core';
import { groupCells } from '../text/groups-table.ts';
import { codeOf } from './escape.ts';
import { markdownTable } from './markdown-table.ts';

/** One row per provider, model, scenario and region, where there are several. */
export function groupsSection(report: Report): string {
  if (report.groups.length < 2) return '';
  const { unit, columns, names, numbers } = groupCells(report);
  const rows = numbers.map((cells, index) => [
    codeOf(names[index] ?? '', 160),
    ...cells.map((cell) => cell.replaceAll('~', '\\~')),
  ]);
  return `### By group (${unit})\n\n${markdownTable(columns, rows)}`;
}
