import { Trend, histogramOf, sampleFloors, usdText } from '@tokenstorm/core';
import type { TrendName } from '@tokenstorm/core';
import { histogramChart } from '../reporters/text/histogram-chart.ts';
import { countText, measureText, numbered, percentText } from '../view/number-text.ts';
import { plainText } from '../view/page.ts';
import type { Page } from '../view/page.ts';
import { tableLines } from '../view/table.ts';
import type { Column } from '../view/table.ts';
import { shortened, wrapped } from '../view/wrap.ts';
import type { MonitoredCall } from './monitored-call.ts';
import { timelineText } from './token-timeline.ts';

const distributions = [
  { name: 'ttft', title: 'TTFT (ms)' },
  { name: 'e2e', title: 'Total (ms)' },
  { name: 'output_tokens_per_second', title: 'Tokens/sec' },
] as const;

/** From fewer calls a percentile is marked `~`. */
const tails = [
  { quantile: 0.9, floor: sampleFloors.p90 },
  { quantile: 0.95, floor: sampleFloors.p95 },
  { quantile: 0.99, floor: sampleFloors.p99 },
] as const;

const right = (title: string): Column => ({ title, align: 'right' });
const left = (title: string): Column => ({ title, align: 'left' });
const longestModel = 24;

/** What the calls of a session come to: sums, percentiles, models, a histogram of TTFT, the latest calls. */
export function statsText(calls: readonly MonitoredCall[], page: Page): readonly string[] {
  if (calls.length === 0) return ['No calls yet: type a prompt.'];
  const { style } = page;
  const ttft = histogramOf(trendOf(calls, 'ttft'), 'ms');
  const models = new Set(calls.map(({ model }) => model));
  return [
    ...sums(calls),
    ...tableLines(
      [left(''), ...['Avg', 'p50', 'p90', 'p95', 'p99'].map(right)],
      distributions.map((row) => distributionRow(calls, row)),
    ),
    ...(calls.length < sampleFloors.p99 ? weakNote(page) : []),
    ...(models.size < 2 ? [] : byModel(calls)),
    ...(ttft === undefined ? [] : ['', ...histogramChart('Time to first token', ttft, page)]),
    '',
    style.title('Token timeline, the last 20 calls:'),
    ...timelineText(calls, page.width),
  ];
}

function weakNote({ width, style }: Page): readonly string[] {
  const { p90, p95, p99 } = sampleFloors;
  const text = `~ is from too few calls to be relied on: p90 needs ${p90}, p95 ${p95}, p99 ${p99}.`;
  return wrapped(text, width).map((line) => style.faint(line));
}

function sums(calls: readonly MonitoredCall[]): readonly string[] {
  const completed = calls.filter(({ outcome }) => outcome === 'completed');
  const failed = calls.filter(({ outcome }) => outcome === 'failed');
  const ended = completed.length + failed.length;
  const rate = ended === 0 ? '' : ` | ${percentText(completed.length / ended)} succeeded`;
  const input = sumOf(completed, 'input_tokens');
  const output = sumOf(completed, 'output_tokens');
  const errors = [...Map.groupBy(failed, ({ error }) => error)].map(
    ([error, same]) => `${error} ${same.length}`,
  );
  return [
    `${numbered(calls.length, 'call')}${rate} | cost ${costText(completed)}`,
    `Tokens: ${countText(input)} in, ${countText(output)} out, ${countText(input + output)} in all`,
    ...(errors.length === 0 ? [] : [`Failed: ${errors.join(', ')}`]),
  ];
}

/** The cost of completed calls, or that it is not known. */
export function costText(completed: readonly MonitoredCall[]): string {
  const costs = completed.map(({ cost_usd }) => cost_usd);
  if (costs.includes(null)) return 'unknown';
  return usdText(costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0));
}

function distributionRow(
  calls: readonly MonitoredCall[],
  { name, title }: (typeof distributions)[number],
): readonly string[] {
  const trend = trendOf(calls, name);
  if (trend.count === 0) return [title, '-', '-', '-', '-', '-'];
  const tail = tails.map(
    ({ quantile, floor }) => (trend.count < floor ? '~' : '') + measureText(trend.quantile(quantile)),
  );
  return [title, measureText(trend.mean), measureText(trend.quantile(0.5)), ...tail];
}

function byModel(calls: readonly MonitoredCall[]): readonly string[] {
  const groups = Map.groupBy(calls, ({ model }) => model);
  const rows = [...groups].map(([model, same]) => {
    const completed = same.filter(({ outcome }) => outcome === 'completed');
    const ttft = trendOf(same, 'ttft');
    const tokens = sumOf(completed, 'input_tokens') + sumOf(completed, 'output_tokens');
    const median = ttft.count === 0 ? '-' : measureText(ttft.quantile(0.5));
    return [
      shortened(plainText(model), longestModel),
      countText(same.length),
      median,
      countText(tokens),
      costText(completed),
    ];
  });
  return tableLines(
    [left('Model'), right('Calls'), right('TTFT p50 (ms)'), right('Tokens'), right('Cost')],
    rows,
  );
}

/** A distribution over calls. */
export function trendOf(calls: readonly MonitoredCall[], name: TrendName): Trend {
  const trend = new Trend();
  for (const { metrics } of calls) if (metrics[name] !== undefined) trend.record(metrics[name]);
  return trend;
}

/** Tokens of calls; what is not known counts as none. */
export function sumOf(calls: readonly MonitoredCall[], key: 'input_tokens' | 'output_tokens'): number {
  return calls.reduce((sum, call) => sum + (call[key] ?? 0), 0);
}
