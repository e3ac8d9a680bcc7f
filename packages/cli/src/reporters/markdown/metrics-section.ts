import type { Report } from '@tokenstorm/core';
import { metricCells } from '../text/metrics-table.ts';
import { markdownTable } from './markdown-table.ts';

/** The latency table of the text report; `~` marks a percentile that rests on too few values. */
export function metricsSection(report: Report): string {
  const { columns, cells } = metricCells(report, 'long');
  if (cells.length === 0) return '**No data**: no request completed.';
  const marked = cells.some((row) => row.some((cell) => cell.startsWith('~')));
  const legend = '`~` rests on too few requests to be relied on.';
  // A single tilde is none, two of them in a line would strike out what is between.
  const escaped = cells.map((row) => row.map((cell) => cell.replace(/^~/, '\\~')));
  return [markdownTable(columns, escaped), ...(marked ? [legend] : [])].join('\n\n');
}
