import type { LiveSlice } from '../live-status-detail.ts';
import type { LiveStatus } from '../live-status.ts';
import { measureText, percentText, rateText, shortCountText } from '../number-text.ts';
import { plainText } from '../page.ts';
import { cellsOf } from './cells.ts';
import { sliceKey } from './history.ts';
import { cell, span } from './line.ts';
import type { Line } from './line.ts';
import type { Look } from './look.ts';
import type { Section } from './section.ts';
import { sparkline } from './sparkline.ts';
import { selectedSlice } from './view-state.ts';
import type { ViewState } from './view-state.ts';

interface Column {
  readonly title: string;
  readonly cells: number;
  readonly text: (slice: LiveSlice, status: LiveStatus) => string;
  /** Tone of the cell, where it needs attention. */
  readonly isBad?: (slice: LiveSlice, status: LiveStatus) => boolean;
}

const titles = { target: 'Targets', scenario: 'Scenarios', region: 'Regions' } as const;
const leastName = 14;
const mostName = 34;
const leastChart = 8;
const mostChart = 60;

const figures: readonly Column[] = [
  { title: 'done', cells: 8, text: ({ completed }) => shortCountText(completed) },
  {
    title: 'failed',
    cells: 8,
    text: ({ completed, failed }) => (failed === 0 ? '0' : percentText(failed / (completed + failed))),
    isBad: ({ failed }) => failed > 0,
  },
  { title: 'req/s', cells: 8, text: ({ startsPerSecond }) => rateText(startsPerSecond) },
  { title: 'TTFT p50', cells: 10, text: ({ recent }) => latencyText(recent.ttft?.[0] ?? recent.e2e?.[0]) },
  { title: 'p99', cells: 8, text: ({ recent }) => latencyText(recent.ttft?.[2] ?? recent.e2e?.[2]) },
  { title: 'tok/s', cells: 8, text: ({ outputTokensPerSecond }) => rateText(outputTokensPerSecond) },
];

const fleet: readonly Column[] = [
  {
    title: 'workers',
    cells: 8,
    text: ({ name }, { workers }) => shortCountText(workers?.[name] ?? 0),
    isBad: ({ name }, { workers }) => (workers?.[name] ?? 0) === 0,
  },
  {
    title: 'in flight',
    cells: 10,
    text: ({ name }, status) => shortCountText(regionOf(name, status)?.inFlight ?? 0),
  },
  { title: 'CPU', cells: 6, text: ({ name }, status) => cpuText(regionOf(name, status)?.cpuRatio) },
];

/** A row for each target, scenario or region, of the last seconds; none where there is one of them. */
export function slicesSection(
  kind: 'target' | 'scenario' | 'region',
  state: ViewState,
  cells: number,
  look: Look,
): Section {
  const { status } = state;
  const slices = status?.detail?.slices.filter((slice) => slice.kind === kind) ?? [];
  const rank = kind === 'region' ? 4 : kind === 'target' ? 3 : 2;
  const section = { title: titles[kind], least: Math.min(3, slices.length + 1), rank };
  if (status === undefined || slices.length === 0) return { ...section, lines: [] };
  const layout = layoutOf(slices, columnsFor(kind, status, cells), cells);
  const rows = slices.map((slice) => rowLine(slice, state, status, layout, look));
  return { ...section, lines: [headLine(layout, look), ...rows] };
}

interface Layout {
  readonly columns: readonly Column[];
  readonly nameCells: number;
  /** Columns of the sparkline; 0 for none. */
  readonly chart: number;
}

function layoutOf(slices: readonly LiveSlice[], columns: readonly Column[], cells: number): Layout {
  const room = cells - 2 - columns.reduce((sum, column) => sum + column.cells, 0);
  const longest = Math.max(leastName, ...slices.map(({ name }) => cellsOf(plainText(name)) + 1));
  const nameCells = Math.max(0, Math.min(mostName, longest, room));
  const chart = Math.min(mostChart, room - nameCells - 2);
  return { columns, nameCells, chart: chart < leastChart ? 0 : chart };
}

function rowLine(
  slice: LiveSlice,
  state: ViewState,
  status: LiveStatus,
  { columns, nameCells, chart }: Layout,
  look: Look,
): Line {
  const selected = selectedSlice(state);
  const isSelected = selected !== undefined && sliceKey(slice) === sliceKey(selected);
  const { p95 } = state.history.of(slice);
  const values = p95.ttft.some((value) => value !== undefined) ? p95.ttft : p95.e2e;
  return [
    span(isSelected ? ' >' : '  '),
    span(cell(plainText(slice.name), nameCells, 'left', look), isSelected ? 'marked' : 'plain'),
    ...columns.map(({ text, cells, isBad }) =>
      span(
        cell(text(slice, status), cells, 'right', look),
        isBad?.(slice, status) === true ? 'bad' : 'plain',
      ),
    ),
    ...(chart === 0 ? [] : [span(`  ${sparkline(values, chart, look)}`, 'good')]),
  ];
}

function columnsFor(kind: LiveSlice['kind'], status: LiveStatus, cells: number): readonly Column[] {
  const all = kind === 'region' && status.workers !== undefined ? [...fleet, ...figures] : figures;
  const columns: Column[] = [];
  let room = cells - leastName - 2;
  for (const column of all) {
    if (column.cells > room) break;
    columns.push(column);
    room -= column.cells;
  }
  return columns;
}

function headLine({ columns, nameCells, chart }: Layout, look: Look): Line {
  const heads = columns.map(({ title, cells }) => cell(title, cells, 'right', look)).join('');
  return [span(`  ${' '.repeat(nameCells)}${heads}${chart === 0 ? '' : '  TTFT p95'}`, 'faint')];
}

function regionOf(name: string, { detail }: LiveStatus) {
  return detail?.regions.find(({ region }) => region === name);
}

function latencyText(value: number | undefined): string {
  return value === undefined ? '-' : measureText(value);
}

function cpuText(ratio: number | undefined): string {
  return ratio === undefined ? '-' : `${Math.round(ratio * 100)}%`;
}
