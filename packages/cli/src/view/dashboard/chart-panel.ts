import { measureText, rateText } from '../number-text.ts';
import { chartLines } from './chart.ts';
import type { Look } from './look.ts';
import type { Section } from './section.ts';
import { selectedSlice } from './view-state.ts';
import type { ViewState } from './view-state.ts';

const rows = 6;
const charts = {
  ttft: { title: 'TTFT p95, ms', text: measureText },
  e2e: { title: 'E2E p95, ms', text: measureText },
  rate: { title: 'Requests a second', text: rateText },
  output: { title: 'Output tokens a second', text: rateText },
} as const;

/** How one figure of the shown slice went, where there is room for a picture of it. */
export function chartSection(
  name: keyof typeof charts,
  state: ViewState,
  cells: number,
  look: Look,
): Section {
  const slice = selectedSlice(state);
  const { title, text } = charts[name];
  const section = { title, least: rows, rank: 1 };
  if (slice === undefined) return { ...section, lines: [] };
  const { p95, startsPerSecond, outputTokensPerSecond } = state.history.of(slice);
  const values = { ...p95, rate: startsPerSecond, output: outputTokensPerSecond }[name];
  if (values.every((value) => value === undefined)) return { ...section, lines: [] };
  const picture = (count: number) => chartLines(values, { cells, rows: count, text }, look);
  return { ...section, lines: picture(rows), taller: picture };
}
