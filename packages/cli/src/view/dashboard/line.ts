import { cellsOf, cutToCells } from './cells.ts';
import { toned } from './look.ts';
import type { Look, Tone } from './look.ts';

/** A piece of a line, without control characters. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = readonly Span[];

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

/** Columns that a line takes. */
export function lineCells(line: Line): number {
  return line.reduce((sum, { text }) => sum + cellsOf(text), 0);
}

/** The line in exactly so many columns: filled up with spaces, or cut at its end. */
export function fitted(line: Line, cells: number, { glyphs }: Look): Line {
  const kept: Span[] = [];
  let room = cells;
  for (const { text, tone } of line) {
    const cut = cutToCells(text, room, glyphs.more);
    kept.push({ text: cut, tone });
    room -= cellsOf(cut);
    if (cut !== text) break;
  }
  return room > 0 ? [...kept, span(' '.repeat(room))] : kept;
}

/** One line of two: `left` from the left, `right` at the right margin; what is on the left gives way. */
export function spread(left: Line, right: Line, cells: number, look: Look): Line {
  if (right.length === 0) return fitted(left, cells, look);
  const room = cells - lineCells(right);
  return room < 8 ? fitted(left, cells, look) : [...fitted(left, room - 1, look), span(' '), ...right];
}

/** A line as the terminal gets it. */
export function paintedLine(line: Line, look: Look): string {
  return line.map(({ text, tone }) => toned(text, tone, look)).join('');
}

/** A text in exactly so many columns, on its side of them. */
export function cell(text: string, cells: number, align: 'left' | 'right', look: Look): string {
  const cut = cutToCells(text, cells, look.glyphs.more);
  const fill = ' '.repeat(Math.max(0, cells - cellsOf(cut)));
  return align === 'left' ? cut + fill : fill + cut;
}

/** Pieces side by side, as many in a line as fit, with `gap` columns between them; each at least `least` wide. */
export function flowed(pieces: readonly Line[], cells: number, { gap = 2, least = 0 } = {}): Line[] {
  const lines: Span[][] = [];
  let taken = Infinity;
  for (const piece of pieces) {
    const width = Math.max(least, lineCells(piece));
    if (taken + gap + width > cells) {
      lines.push([]);
      taken = 0;
    } else {
      lines.at(-1)?.push(span(' '.repeat(gap)));
      taken += gap;
    }
    lines.at(-1)?.push(...piece, span(' '.repeat(width - lineCells(piece))));
    taken += width;
  }
  return lines;
}
