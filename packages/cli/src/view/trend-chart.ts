import { usdText } from '@tokenstorm/core';
import type { Trend, TrendPoint } from '../history/trend.ts';
import { bar } from './bar.ts';
import { countText, measureText, numbered, percentText } from './number-text.ts';
import { plainText } from './page.ts';
import type { Page } from './page.ts';
import { padded } from './table.ts';

const longestBar = 40;
const leastBar = 10;

/** A figure over runs as one bar for each, from 0 on, with what is to be known of it. */
export function trendChart(trend: Trend, page: Page): string {
  const { style } = page;
  const unit = trend.unit === '' || trend.unit === 'ratio' || trend.unit === 'usd' ? '' : ` (${trend.unit})`;
  const title = `${trend.metric}${unit} of ${plainText(trend.name)}, ${numbered(trend.runs.length, 'run')}, the oldest first:`;
  const lines = [style.title(title), ...barLines(trend, page), '', ...conclusions(trend)];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function barLines({ runs, unit }: Trend, { width, style }: Page): string[] {
  const most = Math.max(...runs.map(({ value }) => value ?? 0));
  const texts = runs.map(({ value }) => valueText(value, unit));
  const valueWidth = Math.max(...texts.map((text) => text.length));
  const remarks = runs.map((run, index) => remarkOf(run, runs[index - 1]));
  const remarkWidth = Math.max(...remarks.map((text) => text.length));
  // Two spaces, the id, and one space on both sides of the value.
  const fixed = 2 + 22 + 2 + valueWidth + 1;
  const room = Math.max(leastBar, Math.min(longestBar, width - fixed - remarkWidth - 1));
  return runs.map((run, index) => {
    const drawn = padded(most > 0 ? bar((run.value ?? 0) / most, room) : '', room, 'left');
    const value = padded(texts[index] ?? '', valueWidth, 'right');
    const isDoubtful = run.validity === 'invalid';
    return `  ${run.id}  ${value} ${isDoubtful ? style.faint(drawn.replaceAll('█', '░')) : drawn} ${
      isDoubtful ? style.bad(remarks[index] ?? '') : (remarks[index] ?? '')
    }`;
  });
}

/** What sets a run apart from the others. */
function remarkOf(run: TrendPoint, before: TrendPoint | undefined): string {
  const isOtherLoad = before !== undefined && before.scenario_hash !== run.scenario_hash;
  return [
    ...(run.validity === 'valid' ? [] : [run.validity]),
    ...(run.verdict === 'passed' ? [] : [run.verdict]),
    ...(isOtherLoad ? ['other load'] : []),
    ...run.tags.map((tag) => `@${tag}`),
  ].join(', ');
}

function conclusions({ runs, median, unit }: Trend): string[] {
  const last = runs.findLast(({ value, validity }) => value !== null && validity !== 'invalid');
  const invalid = runs.filter(({ validity }) => validity === 'invalid').length;
  return [
    ...(median === null || last === undefined || last.value === null
      ? ['No run that can be trusted has a value.']
      : [
          `Median ${valueText(median, unit)}, the latest ${valueText(last.value, unit)}${changeText(last.value, median)}.`,
        ]),
    ...(invalid === 0
      ? []
      : [`${numbered(invalid, 'run')} measured the load generator (invalid, ░): left out of the median.`]),
  ];
}

function changeText(value: number, median: number): string {
  if (median === 0 || value === median) return '';
  const change = (value / median - 1) * 100;
  return ` (${change > 0 ? '+' : ''}${change.toFixed(1)}%)`;
}

function valueText(value: number | null, unit: string): string {
  if (value === null) return '-';
  if (unit === 'ratio') return percentText(value);
  if (unit === 'usd') return usdText(value);
  return unit === '' ? countText(value) : measureText(value);
}
