import type { Look } from './look.ts';

/** The last values as columns between 0 and the largest of them, newest at the right; what is unknown is a gap. */
export function sparkline(values: readonly (number | undefined)[], cells: number, { glyphs }: Look): string {
  const shown = lastOf(values, cells);
  const most = Math.max(0, ...shown.map((value) => value ?? 0));
  const columns = shown.map((value) => (value === undefined ? ' ' : glyphOf(value, most, glyphs.spark)));
  return columns.join('').padEnd(cells);
}

/** The last so many values. */
export function lastOf<T>(values: readonly T[], count: number): readonly T[] {
  return count <= 0 ? [] : values.slice(-count);
}

function glyphOf(value: number, most: number, spark: readonly string[]): string {
  const share = most === 0 ? 0 : value / most;
  return spark[Math.min(spark.length - 1, Math.floor(share * spark.length))] ?? ' ';
}
