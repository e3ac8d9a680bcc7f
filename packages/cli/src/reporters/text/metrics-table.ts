import type { MetricSummaries, MetricSummary, Report, TrendName } from '@tokenstorm/core';
import { sampleFloors } from '@tokenstorm/core';
import { measureText, scaleOf } from '../../view/number-text.ts';
import type { Page, Section } from '../../view/page.ts';
import { tableLines, tableWidth } from '../../view/table.ts';
import type { Column } from '../../view/table.ts';

interface Row {
  readonly metric: TrendName;
  readonly long: string;
  readonly short: string;
  /** Shown only where it tells more than this metric's row, or than zero, or where requests were retried. */
  readonly unlikely?: TrendName | 'zero' | 'retries';
}

const rows: readonly Row[] = [
  { metric: 'ttft', long: 'Time to first token, TTFT', short: 'TTFT' },
  { metric: 'ttfo', long: 'First answer token, TTFO', short: 'First answer', unlikely: 'ttft' },
  { metric: 'ttft_corrected', long: 'TTFT from planned start', short: 'TTFT planned', unlikely: 'ttft' },
  { metric: 'e2e', long: 'Total duration, E2E', short: 'Total, E2E' },
  { metric: 'e2e_logical', long: 'E2E over all attempts', short: 'E2E, retries', unlikely: 'retries' },
  { metric: 'e2e_corrected', long: 'E2E from planned start', short: 'E2E planned', unlikely: 'e2e' },
  { metric: 'output_tokens_per_second', long: 'Tokens/sec (user)', short: 'Tokens/sec (user)' },
  { metric: 'icl', long: 'Inter-token, ICL', short: 'Inter-token' },
  { metric: 'tpot', long: 'Time per output token, TPOT', short: 'TPOT' },
  { metric: 'rate_limit_wait', long: 'Wait for rate limits', short: 'Limit wait', unlikely: 'zero' },
  { metric: 'concurrency_wait', long: 'Wait for a free slot', short: 'Slot wait', unlikely: 'zero' },
  { metric: 'retry_wait', long: 'Wait before retries', short: 'Retry wait', unlikely: 'zero' },
];

/** The latency table: one row for each metric with data; `~` marks a percentile that rests on too few values. */
export function metricsTable(report: Report, { width, style }: Page): Section {
  const long = metricCells(report, 'long');
  if (long.cells.length === 0) return [style.warning('No data: no request completed.')];
  const fits = tableWidth(long.columns, long.cells) <= width;
  const { columns, cells } = fits ? long : metricCells(report, 'short');
  return tableLines(columns, cells);
}

/** What the latency table says, its metrics by their long or their short names; without rows where there are no data. */
export function metricCells(report: Report, length: 'long' | 'short') {
  const shown = rows.filter((row) => isTelling(row, report));
  return tableOf(shown, report.metrics, length);
}

/** The metrics with data whose rows the latency table has, in its order. */
export function tellingMetrics(report: Report) {
  return rows.flatMap((row) => {
    const summary = isTelling(row, report) ? report.metrics[row.metric] : undefined;
    return summary === undefined ? [] : [{ metric: row.metric, label: row.long, summary }];
  });
}

function isTelling({ metric, unlikely }: Row, { metrics, retries }: Report): boolean {
  const summary = metrics[metric];
  if (summary === undefined) return false;
  if (unlikely === undefined) return true;
  if (unlikely === 'zero') return summary.max >= 1;
  if (unlikely === 'retries') return retries.retried_requests > 0;
  const plain = metrics[unlikely];
  return plain === undefined || differsNoticeably(summary, plain);
}

/** By over 5 % and 1 ms in the median, the tail or the worst case. */
function differsNoticeably(one: MetricSummary, other: MetricSummary): boolean {
  return (['p50', 'p99', 'max'] as const).some(
    (key) => Math.abs(one[key] - other[key]) > Math.max(1, 0.05 * other[key]),
  );
}

function tableOf(shown: readonly Row[], metrics: MetricSummaries, length: 'long' | 'short') {
  const titles = ['Min', 'Mean', length === 'long' ? 'p50 (Median)' : 'p50', 'p90', 'p95', 'p99', 'Max'];
  const columns: Column[] = [
    { title: 'Metric', align: 'left' },
    ...titles.map((title) => ({ title, align: 'right' as const })),
  ];
  const cells = shown.flatMap((row) => {
    const summary = metrics[row.metric];
    return summary === undefined ? [] : [rowCells(row[length], summary)];
  });
  return { columns, cells };
}

function rowCells(label: string, summary: MetricSummary): string[] {
  const { unit, factor } = scaleOf(summary.unit, summary.max);
  const text = (value: number) => measureText(value * factor);
  const tail = (['p90', 'p95', 'p99'] as const).map(
    (key) => (summary.count < sampleFloors[key] ? '~' : '') + text(summary[key]),
  );
  const name = unit === 'ms' || unit === 's' ? `${label} (${unit})` : label;
  return [name, text(summary.min), text(summary.mean), text(summary.p50), ...tail, text(summary.max)];
}
