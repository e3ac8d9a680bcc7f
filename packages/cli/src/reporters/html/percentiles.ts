import { sampleFloors, trendDefinitions } from '@tokenstorm/core';
import type { MetricSummary, Report, TrendName } from '@tokenstorm/core';
import { countText, measureText, scaleOf } from '../../view/number-text.ts';
import { tellingMetrics } from '../text/metrics-table.ts';
import { markup } from './markup.ts';
import type { Content } from './markup.ts';
import { numbers, table } from './table.ts';
import type { HtmlColumn } from './table.ts';

interface Row {
  readonly metric: TrendName;
  readonly label: string;
  readonly summary: MetricSummary;
}

type Statistic = 'min' | 'mean' | 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | 'p999' | 'max' | 'std';

/** The table of the metrics that tell something; `~` marks a percentile that rests on too few values. */
export function percentileTable(report: Report): Content {
  const rows = tellingMetrics(report);
  if (rows.length === 0) return markup`<p class="empty">No data: no request completed.</p>`;
  const isWeak = rows.some(({ summary }) => summary.count < sampleFloors.p99);
  return markup`${table({ caption: 'Percentiles of the latencies and of the speed of answers', columns, rows })}
  ${isWeak && markup`<p class="hint">~ marks a percentile that rests on too few values to be relied on: p90 needs ${sampleFloors.p90}, p95 ${sampleFloors.p95}, p99 ${sampleFloors.p99} and p99.9 ${countText(sampleFloors.p999)}.</p>`}`;
}

const columns: readonly HtmlColumn<Row>[] = [
  {
    title: 'Metric',
    cell: ({ metric, label, summary }) =>
      markup`<span title="${meaningOf(metric)}">${label}</span> <span class="unit">${unitOf(summary)}</span>`,
  },
  numbers('Count', ({ summary }) => summary.count, countText),
  statistic('Min', 'min'),
  statistic('Mean', 'mean'),
  statistic('p50', 'p50'),
  statistic('p75', 'p75'),
  statistic('p90', 'p90'),
  statistic('p95', 'p95'),
  statistic('p99', 'p99'),
  statistic('p99.9', 'p999'),
  statistic('Max', 'max'),
  statistic('Std', 'std', 'Standard deviation'),
];

function statistic(title: string, key: Statistic, hint?: string): HtmlColumn<Row> {
  return numbers(
    title,
    ({ summary }) => summary[key],
    (value, { summary }) => statisticText(summary, key, value),
    hint,
  );
}

function statisticText(summary: MetricSummary, key: Statistic, value: number): string {
  const floor = key in sampleFloors ? sampleFloors[key as keyof typeof sampleFloors] : 0;
  const { factor } = scaleOf(summary.unit, summary.max);
  return (summary.count < floor ? '~' : '') + measureText(value * factor);
}

function unitOf(summary: MetricSummary): string {
  return scaleOf(summary.unit, summary.max).unit;
}

function meaningOf(metric: TrendName): string {
  return trendDefinitions.find(({ name }) => name === metric)?.meaning ?? '';
}
