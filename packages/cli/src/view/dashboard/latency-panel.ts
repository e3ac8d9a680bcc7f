import { liveLatencies } from '../live-status-detail.ts';
import type { LivePercentiles, LiveSlice } from '../live-status-detail.ts';
import { measureText } from '../number-text.ts';
import type { SliceHistory } from './history.ts';
import { cell, span } from './line.ts';
import type { Line, Span } from './line.ts';
import type { Look } from './look.ts';
import type { Section } from './section.ts';
import { sliceTitle } from './slice-title.ts';
import { sparkline } from './sparkline.ts';
import { selectedSlice } from './view-state.ts';
import type { ViewState } from './view-state.ts';

const names = { ttft: 'TTFT', e2e: 'E2E', icl: 'ICL', tpot: 'TPOT' } as const;
const nameCells = 6;
const numberCells = 8;
const gap = 2;
/** One more chart, where each of them has at least this many columns then. */
const leastChart = 18;

/** Percentiles of the last seconds and of the run so far, with how they went. */
export function latencySection(state: ViewState, cells: number, look: Look): Section {
  const slice = selectedSlice(state);
  const has =
    slice === undefined ? [] : liveLatencies.filter((name) => name in slice.sofar || name in slice.recent);
  if (slice === undefined || has.length === 0) return { title: 'Latency', lines: [], least: 0, rank: 8 };
  const history = state.history.of(slice);
  const layout = layoutOf(cells);
  const rows = has.map((name) => [
    span(cell(` ${names[name]}`, nameCells, 'left', look), 'title'),
    ...numbers(slice.recent[name], look),
    ...(layout.sofar ? [span(` ${look.glyphs.side}`, 'faint'), ...numbers(slice.sofar[name], look)] : []),
    ...charts(history, name, layout, look),
  ]);
  return {
    title: 'Latency, ms',
    aside: asideOf(state),
    lines: [headLine(layout, look), ...rows],
    least: 1 + rows.length,
    rank: 8,
  };
}

function asideOf(state: ViewState): Line {
  const slices = state.status?.detail?.slices ?? [];
  return slices.length < 2 ? [] : sliceTitle(state);
}

interface Layout {
  readonly sofar: boolean;
  /** Columns of each chart. */
  readonly charts: readonly number[];
}

function layoutOf(cells: number): Layout {
  const one = nameCells + 3 * numberCells;
  const both = one + 2 + 3 * numberCells;
  const sofar = cells >= both + gap + 10;
  const room = cells - (sofar ? both : one);
  const two = Math.floor((room - 2 * gap) / 2);
  if (two >= leastChart) return { sofar, charts: [two, two] };
  return { sofar, charts: room - gap >= 8 ? [room - gap - 1] : [] };
}

function headLine({ sofar, charts: [first, second] }: Layout, look: Look): Line {
  const others = `${cell('p95', numberCells, 'right', look)}${cell('p99', numberCells, 'right', look)}`;
  const first3s = ` last 3 s${cell('p50', nameCells + numberCells - 9, 'right', look)}`;
  return [
    span(first3s + others, 'faint'),
    ...(sofar
      ? [span(` ${look.glyphs.side}${cell('run p50', numberCells, 'right', look)}${others}`, 'faint')]
      : []),
    ...chartHeads(first, second, look),
  ];
}

function chartHeads(first: number | undefined, second: number | undefined, look: Look): Span[] {
  if (first === undefined) return [];
  const head = (words: string, cells: number) =>
    span(' '.repeat(gap) + cell(words, cells, 'left', look), 'faint');
  return second === undefined
    ? [head('p95 over time', first)]
    : [head('p50 over time', first), head('p95 over time', second)];
}

function numbers(percentiles: LivePercentiles | undefined, look: Look): Span[] {
  const texts = percentiles === undefined ? ['-', '-', '-'] : percentiles.map(measureText);
  return texts.map((text) => span(cell(text, numberCells, 'right', look)));
}

function charts(history: SliceHistory, name: keyof LiveSlice['recent'], layout: Layout, look: Look): Span[] {
  const [first, second] = layout.charts;
  if (first === undefined) return [];
  const chart = (values: SliceHistory['startsPerSecond'], cells: number) =>
    span(' '.repeat(gap) + sparkline(values, cells, look), 'good');
  return second === undefined
    ? [chart(history.p95[name], first)]
    : [chart(history.p50[name], first), chart(history.p95[name], second)];
}
