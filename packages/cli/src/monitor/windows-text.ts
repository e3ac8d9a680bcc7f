import { sampleFloors, usdText } from '@tokenstorm/core';
import { countText, percentText, shortCountText } from '../view/number-text.ts';
import { tableLines, tableWidth } from '../view/table.ts';
import type { Column } from '../view/table.ts';
import { shortened } from '../view/wrap.ts';
import { msText, shortMeasure } from './call-line.ts';
import type { WindowLine } from './monitor-book.ts';

const names = { '5m': '5 min', '1h': '1 hour', '24h': '24 hours' } as const;
const targetWidths = { most: 40, least: 10 };

const columns: readonly Column[] = [
  { title: 'Last', align: 'left' },
  { title: 'Calls', align: 'right' },
  { title: 'OK', align: 'right' },
  { title: 'TTFT p50', align: 'right' },
  { title: 'p95', align: 'right' },
  { title: 'tok/s', align: 'right' },
  { title: 'Tokens', align: 'right' },
  { title: 'Cost', align: 'right' },
];

/** The rolling windows as a table as wide as the page at most; one without calls, or without more than a shorter one has, is left out. */
export function windowsText(lines: readonly WindowLine[], width: number): readonly string[] {
  const all = lines.filter(({ target }) => target === null);
  const shown = all
    .filter(({ calls }, index) => calls > (all[index - 1]?.calls ?? 0))
    .map(({ last }) => last);
  const rowsOf = (targetWidth: number) =>
    lines
      .filter(({ last, calls }) => shown.includes(last) && calls > 0)
      .map((line) => rowOf(line, targetWidth));
  const longest = Math.min(targetWidths.most, Math.max(0, ...lines.map(({ target }) => target?.length ?? 0)));
  const tooWide = Math.max(0, tableWidth(columns, rowsOf(longest)) - width);
  const rows = rowsOf(Math.max(targetWidths.least, longest - tooWide));
  return rows.length === 0 ? ['No calls in the last 24 hours.'] : tableLines(columns, rows);
}

function rowOf(line: WindowLine, targetWidth: number): readonly string[] {
  const { ttft_ms: ttft, output_tokens_per_second: speed } = line;
  return [
    line.target === null ? names[line.last] : `  ${shortened(line.target, targetWidth)}`,
    countText(line.calls),
    line.success_rate === null ? '-' : percentText(line.success_rate),
    msText(ttft?.p50),
    (isWeak(line) ? '~' : '') + msText(ttft?.p95),
    speed === null ? '-' : shortMeasure(speed.p50),
    shortCountText(line.input_tokens + line.output_tokens),
    costText(line),
  ];
}

/** Its p95 rests on too few calls. */
function isWeak({ calls, failed, ttft_ms: ttft }: WindowLine): boolean {
  return ttft !== null && calls - failed < sampleFloors.p95;
}

/** Nobody knows what calls cost that failed. */
function costText({ cost_usd, success_rate }: WindowLine): string {
  if (cost_usd === null) return 'unknown';
  return success_rate === 0 || success_rate === null ? '-' : usdText(cost_usd);
}
