import type { LiveThreshold } from '../live-status-detail.ts';
import { plainText } from '../page.ts';
import { cell, span } from './line.ts';
import type { Line } from './line.ts';
import type { Look } from './look.ts';
import type { Section } from './section.ts';
import type { ViewState } from './view-state.ts';

const twoColumnsFrom = 110;

/** Each threshold as it would end now, the failing first. */
export function thresholdsSection({ status }: ViewState, cells: number, look: Look): Section {
  const thresholds = status?.detail?.thresholds ?? [];
  const failing = thresholds.filter(({ state }) => state === 'failing').length;
  const sorted = thresholds.toSorted((a, b) => order[a.state] - order[b.state]);
  const aside =
    failing === 0
      ? span('none failing now', 'good')
      : span(`${failing} of ${thresholds.length} failing now`, 'bad');
  return {
    title: 'Thresholds',
    aside: [thresholds.every(({ state }) => state === 'unknown') ? span('no data yet', 'faint') : aside],
    lines:
      cells >= twoColumnsFrom
        ? inPairs(sorted, cells, look)
        : sorted.map((one) => thresholdLine(one, cells, look)),
    least: Math.min(2, sorted.length),
    rank: 6,
  };
}

const order = { failing: 0, unknown: 1, passing: 2 } as const;

function inPairs(thresholds: readonly LiveThreshold[], cells: number, look: Look): Line[] {
  const half = Math.floor(cells / 2);
  const rows = Math.ceil(thresholds.length / 2);
  return Array.from({ length: rows }, (_, row) =>
    [thresholds[row], thresholds[row + rows]].flatMap((one) =>
      one === undefined ? [] : thresholdLine(one, half, look),
    ),
  );
}

function thresholdLine(
  { rule, state, measured }: LiveThreshold,
  cells: number,
  { glyphs, ...look }: Look,
): Line {
  const [mark, tone] =
    state === 'passing'
      ? ([glyphs.pass, 'good'] as const)
      : state === 'failing'
        ? ([glyphs.fail, 'bad'] as const)
        : ([' ', 'faint'] as const);
  const measuredCells = Math.min(16, Math.max(0, cells - 20));
  const ruleCells = Math.min(52, cells - measuredCells - 6);
  const text = cell(plainText(rule), ruleCells, 'left', { glyphs, ...look });
  const value = cell(plainText(measured), measuredCells, 'left', { glyphs, ...look });
  const fill = ' '.repeat(Math.max(0, cells - ruleCells - measuredCells - 5));
  return [
    span(` ${mark} `, tone),
    span(`${text}  `),
    span(value, state === 'failing' ? 'bad' : 'plain'),
    span(fill),
  ];
}
