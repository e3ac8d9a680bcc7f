import { cell, span } from './line.ts';
import type { Line } from './line.ts';
import type { Look } from './look.ts';
import { lastOf } from './sparkline.ts';

export interface ChartOptions {
  readonly cells: number;
  readonly rows: number;
  /** Of a value, at the axis. */
  readonly text: (value: number) => string;
}

const axisCells = 9;

/** The last values as columns of several rows above 0, newest at the right, with the largest at the axis. */
export function chartLines(
  values: readonly (number | undefined)[],
  { cells, rows, text }: ChartOptions,
  look: Look,
): Line[] {
  const shown = lastOf(values, cells - axisCells - 2);
  const most = Math.max(0, ...shown.map((value) => value ?? 0));
  return Array.from({ length: rows }, (_, row) => {
    const label = row === 0 ? text(most) : row === rows - 1 ? '0' : '';
    const columns = shown.map((value) => blockAt(value, most, { row, rows }, look));
    return [
      span(`${cell(label, axisCells, 'right', look)} ${look.glyphs.side}`, 'faint'),
      span(columns.join(''), 'good'),
    ];
  });
}

/** What stands in one row of a value's column. */
function blockAt(
  value: number | undefined,
  most: number,
  { row, rows }: { readonly row: number; readonly rows: number },
  { glyphs: { spark } }: Look,
): string {
  if (value === undefined || most === 0) return ' ';
  const height = (value / most) * rows - (rows - 1 - row);
  if (height <= 0) return ' ';
  return spark[Math.min(spark.length - 1, Math.max(0, Math.ceil(height * spark.length) - 1))] ?? ' ';
}
