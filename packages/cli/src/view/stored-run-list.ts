import type { ListedStoredRun } from '../run/influx-report.ts';
import { durationText } from './number-text.ts';
import { plainText } from './page.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';
import type { Column } from './table.ts';

const columns: readonly Column[] = [
  'Run',
  'Name',
  'Started',
  'Duration',
  'Regions',
  'Verdict',
  'Validity',
].map((title) => ({ title, align: title === 'Duration' ? 'right' : 'left' }));

/** The runs in InfluxDB as a table; a sentence where there are none. */
export function storedRunListText(runs: readonly ListedStoredRun[], style: Style): string {
  if (runs.length === 0) return 'There are no runs in this InfluxDB.\n';
  const rows = runs.map((run) => [
    run.id,
    plainText(run.name),
    run.started_at.slice(0, 19).replace('T', ' '),
    run.duration_s === null ? '-' : durationText(run.duration_s * 1000),
    plainText(run.regions),
    run.verdict ?? '-',
    run.validity ?? '-',
  ]);
  const [top, head, ...others] = tableLines(columns, rows);
  return `${[top, style.title(head ?? ''), ...others].join('\n')}\n`;
}
