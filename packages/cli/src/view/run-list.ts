import { durationText } from './number-text.ts';
import { plainText } from './page.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';
import type { Column } from './table.ts';

/** A run over Redis in a list. Snake case: it leaves the process as it is. */
export interface ListedRun {
  readonly id: string;
  readonly name: string;
  /** `waiting`: it has not started; `stopping`: it has, and starts no more requests. */
  readonly state: 'waiting' | 'running' | 'stopping' | 'ended';
  readonly regions: readonly string[];
  /** ISO 8601. */
  readonly created_at: string;
  /** Since it was created. */
  readonly age_s: number;
  /** `null` before its end. */
  readonly verdict: string | null;
  readonly validity: string | null;
}

const columns: readonly Column[] = ['Run', 'Name', 'State', 'Regions', 'Age', 'Verdict', 'Validity'].map(
  (title) => ({ title, align: title === 'Age' ? 'right' : 'left' }),
);

/** The list as a table; a sentence where there is none. */
export function runListText(runs: readonly ListedRun[], style: Style): string {
  if (runs.length === 0) return 'There are no runs in this Redis.\n';
  const rows = runs.map((run) => [
    run.id,
    plainText(run.name),
    run.state,
    plainText(run.regions.join(', ')),
    durationText(run.age_s * 1000),
    run.verdict ?? '-',
    run.validity ?? '-',
  ]);
  const [top, head, ...others] = tableLines(columns, rows);
  return `${[top, style.title(head ?? ''), ...others].join('\n')}\n`;
}
