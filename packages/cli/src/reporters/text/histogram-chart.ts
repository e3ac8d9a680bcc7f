import type { Histogram, HistogramName, HistogramRow, Report } from '@tokenstorm/core';
import { bar } from '../../view/bar.ts';
import { countText, measureText, numbered, percentText, scaleOf } from '../../view/number-text.ts';
import type { Page, Section } from '../../view/page.ts';
import { padded } from '../../view/table.ts';

/** Longer bars are harder to read with their numbers, not easier. */
const longestBar = 60;

const titles: Readonly<Record<HistogramName, string>> = {
  ttft: 'Time to first token (TTFT)',
  e2e: 'Total duration (E2E)',
};

/** Bar charts of the latencies that have data. */
export function histogramSections(report: Report, page: Page): Section[] {
  const names = (['ttft', 'e2e'] as const).filter((name) => report.histograms[name] !== undefined);
  if (names.length === 0) return [[page.style.title('Latency distribution:'), '  No data']];
  return names.map((name) => histogramChart(titles[name], report.histograms[name], page));
}

/** A bar chart of the latencies of requests; its title ends in their number. */
export function histogramChart(
  title: string,
  histogram: Histogram | undefined,
  { width, style }: Page,
): Section {
  const rows = histogram?.rows ?? [];
  const unit = histogram?.unit ?? '';
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const scale = histogram?.scale === 'log' ? ', log scale' : '';
  const heading = style.title(`${title}, ${numbered(count, 'request')}${scale}:`);
  const [first] = rows;
  if (rows.length === 1 && first !== undefined) return [heading, `  ${singleText(first, unit)}`];
  return [heading, ...bars(rows, unit, width)];
}

/** All values in one row: nothing to chart. */
function singleText({ from, to, count }: HistogramRow, unit: string): string {
  const low = measureText(from);
  const high = measureText(to);
  const values = low === high ? `${low} ${unit}` : `between ${low} and ${high} ${unit}`;
  return count === 1 ? `1 request: ${values}` : `All ${countText(count)} requests: ${values}`;
}

function bars(rows: readonly HistogramRow[], unit: string, width: number): string[] {
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const most = Math.max(...rows.map((row) => row.count));
  const scale = scaleOf(unit, rows.at(-1)?.to ?? 0);
  const edgeText = (edge: number) => String(Number((edge * scale.factor).toPrecision(10)));
  const lows = aligned(rows.map((row) => edgeText(row.from)));
  const highs = aligned(rows.map((row) => edgeText(row.to)));
  const counts = aligned(rows.map((row) => countText(row.count)));
  const shares = aligned(rows.map((row) => percentText(row.count / total)));
  const labels = rows.map((_, index) => `  ${lows[index]} - ${highs[index]} ${scale.unit} │`);
  const numbers = rows.map((_, index) => ` ${counts[index]} ${shares[index]}`);
  const room = Math.min(longestBar, width - (labels[0]?.length ?? 0) - (numbers[0]?.length ?? 0));
  return rows.map((row, index) => labels[index] + bar(row.count / most, room).padEnd(room) + numbers[index]);
}

function aligned(texts: readonly string[]): string[] {
  const width = Math.max(...texts.map((text) => text.length));
  return texts.map((text) => padded(text, width, 'right'));
}
