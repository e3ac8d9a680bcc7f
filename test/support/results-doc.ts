import { requestColumns } from '@tokenstorm/core';

/** The columns of per-request files as a table in Markdown, laid out as the formatter does. */
export function columnTable(): string {
  const rows = [
    ['column', 'meaning'],
    ...requestColumns.map(({ name, meaning }) => [`\`${name}\``, meaning]),
  ];
  const widths = [0, 1].map((index) => Math.max(...rows.map((row) => row[index]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body, ''].join('\n');
}
