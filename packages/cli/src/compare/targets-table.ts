import { sampleFloors, usdText } from '@tokenstorm/core';
import { measureText, percentText, scaleOf, shortCountText } from '../view/number-text.ts';
import { plainText } from '../view/page.ts';
import type { Page, Section } from '../view/page.ts';
import { tableLines, tableWidth } from '../view/table.ts';
import type { Column } from '../view/table.ts';
import { labelled, shortened } from '../view/wrap.ts';
import type { Comparison } from './comparison.ts';

type Row = Comparison['targets'][number];

interface Figure {
  readonly title: string;
  readonly text: (row: Row, factor: number) => string;
}

const speed: readonly Figure[] = [
  { title: 'TTFT p50', text: (row, factor) => time(row.ttft_p50_ms, factor) },
  { title: 'TTFT p95', text: (row, factor) => tail(row, row.ttft_p95_ms, factor) },
  { title: 'E2E p95', text: (row, factor) => tail(row, row.e2e_p95_ms, factor) },
  { title: 'Tok/s', text: (row) => time(row.output_tokens_per_second, 1) },
  { title: 'TPOT', text: (row, factor) => time(row.tpot_p50_ms, factor) },
];

const outcome: readonly Figure[] = [
  { title: 'Requests', text: (row) => shortCountText(row.requests) },
  { title: 'Success', text: (row) => share(row.success_ratio) },
  { title: 'Goodput', text: (row) => share(row.goodput_ratio) },
  { title: '$/1k good', text: (row) => price(row) },
  { title: 'Tier', text: (row) => row.tiers.overall ?? '-' },
];

/** A name shorter than this says nothing. */
const leastRoom = 14;

/** A row for each target: one table where the page is wide enough, else one for its outcomes and one for its speed. */
export function targetsTable(comparison: Comparison, page: Page): readonly Section[] {
  const { targets } = comparison;
  const most = Math.max(...targets.map(({ e2e_p95_ms: e2e }) => e2e ?? 0));
  const { unit, factor } = scaleOf('ms', most);
  const weak = targets.some(isTailWeak) ? `; ~ rests on fewer than ${sampleFloors.p95} requests` : '';
  const times = page.style.title(`Times in ${unit}; * is on the Pareto front${weak}:`);
  const together = cellsOf(targets, [...outcome.slice(0, 2), ...speed, ...outcome.slice(2)], factor);
  if (fits(together, page)) return [[times, ...drawn(together, page)]];
  const apart = [outcome, speed].map((figures) => drawn(cellsOf(targets, figures, factor), page));
  return [[times, ...(apart[0] ?? [])], ...apart.slice(1)];
}

interface Cells {
  readonly names: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

function cellsOf(targets: readonly Row[], figures: readonly Figure[], factor: number): Cells {
  return {
    names: targets.map(({ target, pareto }) => `${pareto === true ? '*' : ' '} ${plainText(target)}`),
    columns: [
      { title: 'Target', align: 'left' },
      ...figures.map(({ title }) => ({ title, align: 'right' as const })),
    ],
    rows: targets.map((target) => figures.map(({ text }) => text(target, factor))),
  };
}

function fits(cells: Cells, page: Page): boolean {
  return Math.max(...cells.names.map((name) => name.length)) <= roomFor(cells, page);
}

function roomFor({ columns, rows }: Cells, { width }: Page): number {
  const withoutNames = tableWidth(
    columns,
    rows.map((cells) => ['', ...cells]),
  );
  return width - withoutNames + 'Target'.length;
}

/** Names that would be cut to the same are numbers, and stand above the table. */
function drawn(cells: Cells, page: Page): string[] {
  const { names, columns, rows } = cells;
  const room = Math.max(leastRoom, roomFor(cells, page));
  const short = names.map((name) => shortened(name, room));
  const areTold = new Set(short.map((name) => name.slice(2))).size === names.length;
  const titles = areTold ? short : names.map((name, index) => `${name.slice(0, 2)}${index + 1}`);
  const legend = areTold
    ? []
    : names.flatMap((name, index) => labelled(`${index + 1}  `.padStart(6), name.slice(2), page.width));
  return [
    ...legend,
    ...tableLines(
      columns,
      titles.map((title, index) => [title, ...(rows[index] ?? [])]),
    ),
  ];
}

function time(value: number | null, factor: number): string {
  return value === null ? '-' : measureText(value * factor);
}

/** A p95; `~` marks one that rests on too few values. */
function tail(row: Row, p95: number | null, factor: number): string {
  return (p95 !== null && isTailWeak(row) ? '~' : '') + time(p95, factor);
}

function isTailWeak({ completed }: Row): boolean {
  return completed > 0 && completed < sampleFloors.p95;
}

function share(ratio: number | null): string {
  return ratio === null ? '-' : percentText(ratio);
}

function price({ usd_per_1k_good_requests: usd, good }: Row): string {
  if (usd !== null) return usdText(usd);
  return good === 0 ? '-' : 'unknown';
}
