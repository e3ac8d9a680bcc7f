import type { Difference } from '@tokenstorm/core';
import { shownInterval } from '../view/difference-text.ts';

/** A change of this size is one unit of a picture: 5 %, or one percentage point of a share. */
const unitOf = { ratio: 0.01, other: 0.05 } as const;
const [leastReach, mostReach] = [2, 8];

/** How far a table's pictures reach to each side, in units that a share and all else have in common. */
export function pictureReach(differences: readonly Difference[]): number {
  const ends = differences.flatMap((one) =>
    (shownInterval(one) ?? []).map((end) => Math.abs(inUnits(one, end))),
  );
  return Math.min(mostReach, Math.max(leastReach, ...ends.filter((end) => Number.isFinite(end))));
}

/**
 * An interval on a line of an odd number of columns with 0 in its middle: `   ┊ ━━ `. What reaches further than the line ends in an
 * arrow; empty without an interval.
 */
export function intervalPicture(difference: Difference, reach: number, width: number): string {
  const interval = shownInterval(difference);
  if (interval === null) return '';
  const half = (width - 1) / 2;
  const columnOf = (value: number) => Math.round((inUnits(difference, value) / reach) * half) + half;
  const [low, high] = interval.map(columnOf) as [number, number];
  // What excludes 0 does not look as if it held it.
  const first = Math.max(0, Math.min(low, width - 1), interval[0] > 0 ? half + 1 : 0);
  const last = Math.min(width - 1, Math.max(high, 0, first), interval[1] < 0 ? half - 1 : width - 1);
  const cells = Array.from({ length: width }, (_, column): string => {
    if (column >= first && column <= last) return '━';
    return column === half ? '┊' : ' ';
  });
  if (low < 0) cells[0] = '◀';
  if (high > width - 1) cells[width - 1] = '▶';
  if (half >= first && half <= last) cells[half] = '┿';
  return cells.join('');
}

function inUnits({ unit }: Difference, value: number): number {
  return value / (unit === 'ratio' ? unitOf.ratio : unitOf.other);
}
