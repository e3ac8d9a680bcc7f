import { sampleFloors, usdText } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import { conclusionSections } from '../reporters/text/conclusion.ts';
import { errorsSection } from '../reporters/text/errors-section.ts';
import { thresholdsSection } from '../reporters/text/thresholds-section.ts';
import type { TextOptions } from '../reporters/text.ts';
import { measureText, percentText } from '../view/number-text.ts';
import { pageText, plainText } from '../view/page.ts';
import type { Page, Section } from '../view/page.ts';
import { styleOf } from '../view/style.ts';
import { tableLines } from '../view/table.ts';
import { labelled } from '../view/wrap.ts';
import { version } from '../version.ts';
import type { BenchmarkResults } from './results.ts';
import type { Statistics } from '../calls/statistics.ts';

/** The results for people, ending in a newline; `report` is that of the run, where there was one. */
export function resultsText(
  results: BenchmarkResults,
  report: Report | undefined,
  { width, colours }: TextOptions,
): string {
  const page = { width, style: styleOf(colours) };
  return pageText([
    headerLines(results, page),
    figuresTable(results, page),
    tierLines(results, page),
    costLines(results, page),
    ...(report === undefined
      ? []
      : [errorsSection(report, page), thresholdsSection(report, page), ...conclusionSections(report, page)]),
  ]);
}

function headerLines(results: BenchmarkResults, { width, style }: Page): Section {
  const { provider, model, instances, statistics, merged_from: files } = results;
  const title = `Tokenstorm ${version} - Benchmark Results`;
  const { total_calls, successful_calls, failed_calls, cancelled_calls, success_rate } = statistics;
  const counts = [
    `Calls: ${total_calls}`,
    ...(instances !== null && instances > 1 ? [`Instances: ${instances}`] : []),
    `Successful: ${successful_calls}${success_rate === null ? '' : ` (${percentText(success_rate)})`}`,
    `Failed: ${failed_calls}`,
    ...(cancelled_calls > 0 ? [`Cancelled: ${cancelled_calls}`] : []),
  ];
  const about =
    provider === null
      ? labelled('Merged: ', files.map(plainText).join(', '), width)
      : labelled('Provider: ', `${plainText(provider)} | Model: ${plainText(model ?? '')}`, width);
  return [
    style.title(title),
    '='.repeat(title.length),
    '',
    ...about,
    ...labelled('', counts.join(' | '), width),
  ];
}

const rows: readonly (readonly [string, string])[] = [
  ['TTFT (s)', 'time_to_first_token'],
  ['- connect (s)', 'first_token_latency'],
  ['Completion (s)', 'time_to_completion'],
  ['Connection (s)', 'connection_time'],
  ['Tokens/sec', 'tokens_per_second'],
  ['Output tokens', 'output_tokens'],
];

function figuresTable({ statistics }: BenchmarkResults, { style }: Page): Section {
  const of = ['avg', 'p50', 'p90', 'p95', 'p99', 'max'];
  const cells = rows
    .filter(([, figure]) => statistics[`avg_${figure}`] !== null)
    .map(([title, figure]) => [
      title,
      ...of.map((name) => mark(name, statistics) + cell(statistics[`${name}_${figure}`])),
    ]);
  if (cells.length === 0) return [style.warning('No data: no call succeeded.')];
  const titles = ['Mean', 'p50', 'p90', 'p95', 'p99', 'Max'];
  return tableLines(
    [{ title: 'Figure', align: 'left' }, ...titles.map((title) => ({ title, align: 'right' as const }))],
    cells,
  );
}

/** `~` before a percentile that rests on too few values. */
function mark(name: string, { successful_calls: count }: Statistics): string {
  const floor = name === 'p90' || name === 'p95' || name === 'p99' ? sampleFloors[name] : 0;
  return count < floor ? '~' : '';
}

function cell(value: number | null | undefined): string {
  if (value === null || value === undefined) return '-';
  return value > 0 && value < 0.001 ? String(Number(value.toPrecision(2))) : measureText(value);
}

function tierLines({ tiers }: BenchmarkResults, { style }: Page): Section {
  const parts = [
    ...(tiers.ttft === null ? [] : [`TTFT ${tiers.ttft}`]),
    ...(tiers.output_tokens_per_second === null ? [] : [`Tokens/sec ${tiers.output_tokens_per_second}`]),
    ...(tiers.overall === null ? [] : [`Overall ${tiers.overall}`]),
  ];
  return parts.length === 0 ? [] : [`${style.title('Tiers:')} ${parts.join(' | ')}`];
}

function costLines({ cost, provider, statistics }: BenchmarkResults, { style }: Page): Section {
  if (provider === null || statistics.successful_calls === 0) return [];
  const total = cost?.total_usd ?? null;
  const text = total === null ? 'unknown: no price is known for this model' : usdText(total);
  return [`${style.title('Cost:')} ${text}`];
}
