import type { LiveSlice } from '../live-status-detail.ts';
import type { LiveStatus } from '../live-status.ts';
import { countText, numbered, percentText, rateText } from '../number-text.ts';
import { plainText } from '../page.ts';
import type { SliceHistory } from './history.ts';
import { cell, flowed, span } from './line.ts';
import type { Line, Span } from './line.ts';
import type { Look } from './look.ts';
import { sliceTitle } from './slice-title.ts';
import { sparkline } from './sparkline.ts';
import type { Section } from './section.ts';
import { selectedSlice } from './view-state.ts';
import type { ViewState } from './view-state.ts';

const labelCells = 11;

/** Rates, what is under way and what became of the requests, of the slice that is shown. */
export function loadSection(state: ViewState, cells: number, look: Look): Section {
  const { status } = state;
  const slice = selectedSlice(state);
  if (status === undefined || slice === undefined) return { title: 'Load', lines: [], least: 0, rank: 9 };
  const history = state.history.of(slice);
  const inFlight = inFlightOf(slice, status);
  const half = Math.floor(cells / 2);
  const errors = errorLines(slice, cells);
  const sides = (left: Line, right: Line): Line => (cells < 76 ? left : [...left, ...right]);
  const lines = [
    sides(
      figureLine('Rate', rateWords(slice, status), history.startsPerSecond, half, look),
      inFlight === undefined
        ? []
        : figureLine(
            'In flight',
            countText(inFlight),
            slice.kind === 'all' ? state.history.inFlight : [],
            half,
            look,
          ),
    ),
    sides(
      figureLine(
        'Output',
        `${rateText(slice.outputTokensPerSecond)} tok/s`,
        history.outputTokensPerSecond,
        half,
        look,
      ),
      generatorLine(status, look),
    ),
    outcomeLine(slice),
    ...errors,
    ...(slice.kind === 'all' ? moneyLines(status) : []),
  ];
  const least = 3 + Math.min(1, errors.length);
  return { title: 'Load', aside: sliceTitle(state), lines, cutsSilently: true, least, rank: 9 };
}

function figureLine(
  label: string,
  words: string,
  values: SliceHistory['startsPerSecond'],
  cells: number,
  look: Look,
): Line {
  const figureCells = cells < 46 ? 19 : 25;
  const chart = Math.max(0, cells - labelCells - figureCells - 2);
  return [
    span(cell(` ${label}`, labelCells, 'left', look), 'faint'),
    span(cell(words, figureCells, 'left', look)),
    span(chart < 4 || values.length === 0 ? ' '.repeat(chart) : sparkline(values, chart, look), 'good'),
    span('  '),
  ];
}

function rateWords(slice: LiveSlice, { detail }: LiveStatus): string {
  const rate = `${rateText(slice.startsPerSecond)}/s`;
  const asked = slice.kind === 'all' ? detail?.askedPerSecond : undefined;
  return asked === undefined ? rate : `${rate} of ${rateText(asked)} asked`;
}

function inFlightOf({ kind, name }: LiveSlice, { inFlight, detail }: LiveStatus): number | undefined {
  if (kind === 'all') return inFlight;
  return kind === 'region' ? detail?.regions.find(({ region }) => region === name)?.inFlight : undefined;
}

function generatorLine({ cpuRatio, takeOvers = 0 }: LiveStatus, look: Look): Line {
  const facts = [
    ...(cpuRatio === undefined ? [] : [`CPU ${Math.round(cpuRatio * 100)}%`]),
    ...(takeOvers === 0 ? [] : [numbered(takeOvers, 'take-over')]),
  ];
  if (facts.length === 0) return [];
  return [span(cell(' Generator', labelCells, 'left', look), 'faint'), span(facts.join(', '))];
}

function moneyLines({ detail }: LiveStatus): Line[] {
  const { cost, budget } = detail ?? {};
  const facts = [
    ...(cost === undefined ? [] : [[' Cost', cost] as const]),
    ...(budget === undefined ? [] : [[' Budget', budget] as const]),
  ];
  const line = facts.flatMap(([label, text], index) => [
    span(index === 0 ? label.padEnd(labelCells) : `  ${label} `, 'faint'),
    span(text),
  ]);
  return line.length === 0 ? [] : [line];
}

function outcomeLine({ completed, failed, dropped, lost }: LiveSlice): Line {
  const answered = completed + failed;
  return [
    span(' Requests'.padEnd(labelCells), 'faint'),
    span(`${countText(completed)} completed`),
    ...counted(failed, 'failed', 'bad', failed > 0 ? ` (${percentText(failed / answered)})` : ''),
    ...counted(dropped, 'dropped', 'warning'),
    ...counted(lost, 'lost', 'bad'),
  ];
}

function counted(count: number, word: string, tone: Span['tone'], share = ''): Span[] {
  return [span('   '), span(`${countText(count)} ${word}${share}`, count > 0 ? tone : 'plain')];
}

function errorLines({ errors, completed, failed }: LiveSlice, cells: number): Line[] {
  const kinds = Object.entries(errors).filter(([, count]) => count > 0);
  if (kinds.length === 0) return [];
  const answered = Math.max(1, completed + failed);
  const pieces = kinds
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, count]) => [
      span(plainText(kind).replaceAll('-', '_'), 'bad'),
      span(` ${countText(count)} (${percentText(count / answered)})`),
    ]);
  const lines = flowed(pieces, cells - labelCells, { gap: 3 });
  return lines.map((line, index) => [
    span((index === 0 ? ' Errors' : '').padEnd(labelCells), 'faint'),
    ...line,
  ]);
}
