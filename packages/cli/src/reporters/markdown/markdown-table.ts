import type { Column } from '../../view/table.ts';

/** Rows beyond so many are counted, not shown. */
const mostRows = 50;

/** A table whose cells are Markdown already; what is beyond the first 50 rows is said below it. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = rows.slice(0, mostRows);
  const left = rows.length - shown.length;
  const rule = columns.map(({ align }) => (align === 'right' ? '--:' : ':--'));
  const lines = [columns.map(({ title }) => title), rule, ...shown].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  return [lines.join('\n'), ...(left > 0 ? [`… and ${left} more.`] : [])].join('\n\n');
}

/** Columns of these titles: a title with `>` before it stands on the right. */
export function columnsOf(...titles: readonly string[]): readonly Column[] {
  return titles.map((title) =>
    title.startsWith('>') ? { title: title.slice(1), align: 'right' } : { title, align: 'left' },
  );
}
