import { distributionBuckets } from '@tokenstorm/core';
import type { MetricSummary, Report } from '@tokenstorm/core';
import { countText, measureText, percentText, scaleOf } from '../../view/number-text.ts';
import { binned, histogramBins } from './buckets.ts';
import type { Bins } from './buckets.ts';
import type { Chart, ChartData } from './chart.ts';
import { numbers, table } from './table.ts';

const shown = [
  { metric: 'ttft', title: 'Time to first token (TTFT)', noun: 'requests' },
  { metric: 'e2e', title: 'Total duration (E2E)', noun: 'requests' },
  { metric: 'icl', title: 'Time between chunks (ICL)', noun: 'gaps' },
] as const;

/** A chart of where the values of TTFT, E2E and ICL lie, for those that have data. */
export function distributionCharts(report: Report): Chart[] {
  return shown.flatMap(({ metric, title, noun }) => {
    const summary = report.metrics[metric];
    const bins = summary === undefined ? undefined : binsOf(report, metric, summary);
    if (summary === undefined || bins === undefined || bins.counts.length === 0) return [];
    // Of one value there is nothing to draw.
    if (summary.min === summary.max) return [];
    return [
      {
        id: `${metric}-distribution`,
        title,
        summary: summaryText(summary, noun, bins),
        data: chartData(bins, summary, noun),
        table: binTable(bins, title, noun, summary),
      },
    ];
  });
}

/** Older reports have coarse histograms, of two metrics only. */
function binsOf(
  { distributions, histograms }: Report,
  metric: 'ttft' | 'e2e' | 'icl',
  summary: MetricSummary,
): Bins | undefined {
  const encoded = distributions?.[metric];
  if (encoded !== undefined) return binned(distributionBuckets(encoded), summary);
  const histogram = metric === 'icl' ? undefined : histograms[metric];
  return histogram === undefined ? undefined : histogramBins(histogram);
}

function summaryText(
  { count, p50, p95, p99, max, unit }: MetricSummary,
  noun: string,
  { isLog }: Bins,
): string {
  const text = (value: number) => {
    const scale = scaleOf(unit, value);
    return `${measureText(value * scale.factor)} ${scale.unit}`;
  };
  const scale = isLog ? ' Logarithmic axis.' : '';
  return `Of ${countText(count)} ${noun}, half took at most ${text(p50)}, 95% at most ${text(p95)} and 99% at most ${text(p99)}; the longest took ${text(max)}.${scale}`;
}

function chartData({ edges, counts, isLog }: Bins, summary: MetricSummary, noun: string): ChartData {
  const shares = cumulative(counts);
  return {
    kind: 'steps',
    x: edges,
    xUnit: summary.unit,
    isLog,
    series: [
      {
        label: capitalised(noun),
        unit: noun,
        look: 1,
        axis: 'value',
        values: [...counts, counts.at(-1) ?? 0],
      },
      {
        label: 'Share up to here',
        unit: '%',
        look: 2,
        axis: 'share',
        values: [0, ...shares.map((share) => share * 100)],
      },
    ],
    marks: (['p50', 'p95', 'p99'] as const).map((key) => ({ at: summary[key], label: key })),
  };
}

interface BinRow {
  from: number;
  readonly to: number;
  readonly count: number;
  /** Share of all values up to the end of the row. */
  readonly upTo: number;
}

function binTable({ edges, counts }: Bins, title: string, noun: string, { unit, min }: MetricSummary) {
  const shares = cumulative(counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const rows = counts.flatMap((count, index) =>
    count === 0 ? [] : [{ from: edges[index]!, to: edges[index + 1]!, count, upTo: shares[index]! }],
  );
  // The first one may hold what lies below its edge.
  if (rows[0] !== undefined) rows[0].from = Math.min(rows[0].from, min);
  return table<BinRow>({
    caption: `${title}: ${noun} by length. Empty rows are left out.`,
    columns: [
      { title: `From ${unit}`, isNumber: true, cell: ({ from }) => measureText(from) },
      { title: `To ${unit}`, isNumber: true, cell: ({ to }) => measureText(to) },
      numbers(capitalised(noun), ({ count }) => count, countText),
      numbers('Share', ({ count }) => count / total, percentText),
      numbers('Up to here', ({ upTo }) => upTo, percentText),
    ],
    rows,
  });
}

/** The share of all that lies in each bin and those before it. */
function cumulative(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let reached = 0;
  return counts.map((count) => (reached += count) / total);
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
