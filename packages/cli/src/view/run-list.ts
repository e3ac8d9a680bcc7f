import { usdText } from '@tokenstorm/core';
import type { ListedRun } from '../history/listed-runs.ts';
import { durationText, measureText, percentText, rateText, shortCountText } from './number-text.ts';
import { plainText } from './page.ts';
import type { Page } from './page.ts';
import { tableLines, tableWidth } from './table.ts';
import type { Column } from './table.ts';

/** A column of the list. */
interface ListColumn extends Column {
  /** Its cell; empty where the run has none. */
  readonly cell: (run: ListedRun) => string;
  /** The larger, the sooner it is left out where the line is too long; 0: never. */
  readonly spare: number;
}

const longestName = 24;
const daySeconds = 24 * 3600;

const columns: readonly ListColumn[] = [
  column('Run', 0, (run) => run.id),
  column('Name', 0, ({ name }) => shortened(plainText(name))),
  column('State', 0, ({ state, verdict }) => verdict ?? state),
  column('Validity', 0, ({ validity }) => validity ?? ''),
  column('Tags', 1, ({ tags }) => tags.join(', ')),
  column('Where', 3, (run) =>
    run.mode === 'local' ? 'here' : `Redis: ${plainText(run.regions.join(', '))}`,
  ),
  figure('Age', 4, (run) => ageText(run.age_s)),
  figure('Lasted', 9, ({ duration_s: seconds }) => unlessNull(seconds, (some) => durationText(some * 1000))),
  figure('Requests', 6, ({ requests }) => unlessNull(requests, shortCountText)),
  figure('Errors', 5, ({ error_ratio: ratio }) => unlessNull(ratio, percentText)),
  figure('TTFT p95', 2, ({ ttft_p95_ms: ms }) => unlessNull(ms, (some) => `${measureText(some)} ms`)),
  figure('E2E p95', 7, ({ e2e_p95_ms: ms }) => unlessNull(ms, (some) => `${measureText(some)} ms`)),
  figure('Tok/s', 8, ({ output_tokens_per_second: rate }) => unlessNull(rate, rateText)),
  figure('Cost', 10, ({ cost_usd: usd }) => unlessNull(usd, usdText)),
];

/** The list as a table, without the columns that are empty or that there is no room for. */
export function runListText(runs: readonly ListedRun[], { width, style }: Page): string {
  let shown = columns.filter(({ spare, cell }) => spare === 0 || runs.some((run) => cell(run) !== ''));
  if (runs.every(({ mode }) => mode === 'local')) shown = shown.filter(({ title }) => title !== 'Where');
  while (tableWidth(shown, rowsOf(runs, shown)) > width && shown.some(({ spare }) => spare > 0)) {
    const most = Math.max(...shown.map(({ spare }) => spare));
    shown = shown.filter(({ spare }) => spare < most);
  }
  const [top, head, ...others] = tableLines(shown, rowsOf(runs, shown));
  return `${[top, style.title(head ?? ''), ...others].join('\n')}\n`;
}

function rowsOf(runs: readonly ListedRun[], shown: readonly ListColumn[]): string[][] {
  return runs.map((run) => shown.map(({ cell }) => cell(run) || '-'));
}

function column(title: string, spare: number, cell: ListColumn['cell']): ListColumn {
  return { title, align: 'left', spare, cell };
}

function figure(title: string, spare: number, cell: ListColumn['cell']): ListColumn {
  return { title, align: 'right', spare, cell };
}

function unlessNull(value: number | null, text: (value: number) => string): string {
  return value === null ? '' : text(value);
}

function shortened(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`;
}

function ageText(seconds: number): string {
  return seconds < 2 * daySeconds ? durationText(seconds * 1000) : `${Math.floor(seconds / daySeconds)}d`;
}
