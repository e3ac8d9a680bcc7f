/** A column of a table: its title, and on which side its cells stand. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** A table in box-drawing lines, each column as wide as its widest cell. A missing cell is empty. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const rule = (left: string, middle: string, right: string) =>
    left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
  const line = (cells: readonly string[]) =>
    `│${columns.map((column, index) => ` ${padded(cells[index] ?? '', widths[index] ?? 0, column.align)} `).join('│')}│`;
  return [
    rule('┌', '┬', '┐'),
    line(columns.map((column) => column.title)),
    rule('├', '┼', '┤'),
    ...rows.map(line),
    rule('└', '┴', '┘'),
  ];
}

/** Columns that a table of these cells takes. */
export function tableWidth(columns: readonly Column[], rows: readonly (readonly string[])[]): number {
  return tableLines(columns, rows)[0]?.length ?? 0;
}

/** A text filled up with spaces to a width. */
export function padded(text: string, width: number, align: Column['align']): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}
