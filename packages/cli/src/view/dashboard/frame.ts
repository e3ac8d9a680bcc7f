import { chartSection } from './chart-panel.ts';
import { footerLine, helpLines } from './footer.ts';
import { headerLines } from './header-panel.ts';
import { latencySection } from './latency-panel.ts';
import { fitted, span } from './line.ts';
import type { Line } from './line.ts';
import { loadSection } from './load-panel.ts';
import type { Look } from './look.ts';
import { messagesSection } from './messages-panel.ts';
import { sectionLines } from './section.ts';
import type { Section } from './section.ts';
import { slicesSection } from './slices-panel.ts';
import { thresholdsSection } from './thresholds-panel.ts';
import { validitySection } from './validity-panel.ts';
import type { ViewState } from './view-state.ts';

/** A terminal's size. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** From so many columns on there are two of panels. */
const wideFrom = 140;

/** What stands on a terminal of this size: exactly as many lines as it has rows, each exactly as wide as it is. */
export function frameOf(state: ViewState, { columns, rows }: Size, look: Look): Line[] {
  const cells = Math.max(1, columns);
  const header = headerLines(state, cells, look);
  const room = Math.max(0, rows - header.length - 1);
  const body = bodyLines(state, { cells, rows: room }, look);
  const blank = fitted([], cells, look);
  const filled = [...body, ...Array.from({ length: Math.max(0, room - body.length) }, () => blank)];
  const lines = [...header, ...filled.slice(0, room), footerLine(state, cells, look)];
  return lines.slice(0, Math.max(1, rows));
}

interface Area {
  readonly cells: number;
  readonly rows: number;
}

function bodyLines(state: ViewState, area: Area, look: Look): Line[] {
  const { cells } = area;
  if (state.showsHelp) return helpLines(state).map((line) => fitted(line, cells, look));
  if (state.status?.detail === undefined) {
    const said = messagesSection(state, cells);
    return [
      fitted([span('')], cells, look),
      fitted([span(' Waiting for the first figures.', 'faint')], cells, look),
      ...sectionLines([said], { cells, rows: area.rows - 2 }, look),
    ];
  }
  return cells >= wideFrom ? wideBody(state, area, look) : narrowBody(state, area, look);
}

function narrowBody(state: ViewState, area: Area, look: Look): Line[] {
  const { cells } = area;
  return sectionLines(
    [
      loadSection(state, cells, look),
      latencySection(state, cells, look),
      ...tables(state, cells, look),
      thresholdsSection(state, cells, look),
      validitySection(state, cells, look),
      messagesSection(state, cells),
      chartSection('ttft', state, cells, look),
      chartSection('rate', state, cells, look),
    ],
    area,
    look,
  );
}

/** How it goes at the left, what to make of it at the right, the messages below both. */
function wideBody(state: ViewState, { cells, rows }: Area, look: Look): Line[] {
  const said = sectionLines(
    [messagesSection(state, cells)],
    { cells, rows: Math.max(3, Math.floor(rows / 3)) },
    look,
  );
  const left = Math.floor((cells - 3) * 0.56);
  const right = cells - 3 - left;
  const above = rows - said.length;
  const columns = sideBySide(
    sectionLines(leftSections(state, left, look), { cells: left, rows: above }, look),
    sectionLines(rightSections(state, right, look), { cells: right, rows: above }, look),
    { left, right },
    look,
  );
  return [...columns, ...said];
}

function leftSections(state: ViewState, cells: number, look: Look): Section[] {
  return [
    loadSection(state, cells, look),
    latencySection(state, cells, look),
    ...tables(state, cells, look, ['target', 'scenario']),
    chartSection('ttft', state, cells, look),
    chartSection('e2e', state, cells, look),
  ];
}

function rightSections(state: ViewState, cells: number, look: Look): Section[] {
  return [
    ...tables(state, cells, look, ['region']),
    thresholdsSection(state, cells, look),
    validitySection(state, cells, look),
    chartSection('rate', state, cells, look),
    chartSection('output', state, cells, look),
  ];
}

type Kind = Parameters<typeof slicesSection>[0];

function tables(
  state: ViewState,
  cells: number,
  look: Look,
  kinds: readonly Kind[] = ['region', 'target', 'scenario'],
): Section[] {
  return kinds.map((kind) => slicesSection(kind, state, cells, look));
}

function sideBySide(
  left: readonly Line[],
  right: readonly Line[],
  cells: { readonly left: number; readonly right: number },
  look: Look,
): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => [
    ...(left[row] ?? fitted([], cells.left, look)),
    span(` ${look.glyphs.side} `, 'faint'),
    ...(right[row] ?? fitted([], cells.right, look)),
  ]);
}
