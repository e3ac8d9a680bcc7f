import { sampleFloors } from '@tokenstorm/core';
import type { MetricSummary, Report, TrendName } from '@tokenstorm/core';
import { measureText, scaleOf } from '../view/number-text.ts';
import type { Page, Section } from '../view/page.ts';
import { tableLines } from '../view/table.ts';

const rows: readonly (readonly [string, TrendName])[] = [
  ['TTFT', 'ttft'],
  ['Total Duration', 'e2e'],
  ['Tokens/sec', 'output_tokens_per_second'],
  ['Inter-token', 'icl'],
];

const columns = [
  { title: 'Metric', align: 'left' },
  ...['Min', 'Mean', 'Median', 'p95', 'p99'].map((title) => ({ title, align: 'right' }) as const),
] as const;

/** The four figures of a profile; `~` marks a percentile that rests on too few values. A figure without data is left out. */
export function profileTable({ metrics }: Report, { style }: Page): Section {
  const cells = rows.flatMap(([label, name]) => {
    const summary = metrics[name];
    return summary === undefined ? [] : [rowCells(label, summary)];
  });
  return cells.length === 0 ? [style.warning('No data: no request completed.')] : tableLines(columns, cells);
}

function rowCells(label: string, summary: MetricSummary): string[] {
  const { unit, factor } = scaleOf(summary.unit, summary.max);
  const text = (value: number) => measureText(value * factor);
  const tail = (['p95', 'p99'] as const).map(
    (key) => (summary.count < sampleFloors[key] ? '~' : '') + text(summary[key]),
  );
  const name = unit === 'ms' || unit === 's' ? `${label} (${unit})` : label;
  return [name, text(summary.min), text(summary.mean), text(summary.p50), ...tail];
}
