import { fitted, span, spread } from './line.ts';
import type { Line } from './line.ts';
import type { Look } from './look.ts';

/** A part of the dashboard: a titled rule and lines below it. */
export interface Section {
  readonly title: string;
  /** Stands at the right end of the rule. */
  readonly aside?: Line;
  readonly lines: readonly Line[];
  /** Lines that there is no room for go without a word. */
  readonly cutsSilently?: boolean;
  /** Lines that it needs to be of use; with less room it is left out. */
  readonly least: number;
  /** Those of a higher rank have room first. */
  readonly rank: number;
  /** The same in more lines, where rows are left over. */
  readonly taller?: (count: number) => readonly Line[];
}

/** A picture that is taller says no more. */
const mostExtra = 10;

/** The sections in at most so many rows, each as wide as `cells`: where not all have room, those of low rank are shortened, or left out. */
export function sectionLines(
  sections: readonly Section[],
  { rows, cells }: { readonly rows: number; readonly cells: number },
  look: Look,
): Line[] {
  const shown = shares(
    sections.filter(({ lines }) => lines.length > 0),
    rows,
  );
  return shown.flatMap(({ section, count }) => [
    ruleLine(section, cells, look),
    ...contentLines(section, count, look).map((line) => fitted(line, cells, look)),
  ]);
}

interface Share {
  readonly section: Section;
  /** 0: it is left out. */
  count: number;
}

/** First what each needs, by rank, as far as there is room; then what there is more of each, by rank again; then taller pictures. */
function shares(sections: readonly Section[], rows: number): Share[] {
  const all = sections.map((section): Share => ({ section, count: 0 }));
  const byRank = all.toSorted((a, b) => b.section.rank - a.section.rank);
  let room = rows;
  for (const share of byRank) {
    const { lines, least } = share.section;
    const needed = Math.min(least, lines.length);
    if (needed + 1 > room) continue;
    share.count = needed;
    room -= needed + 1;
  }
  for (const share of byRank) {
    if (share.count === 0) continue;
    const more = Math.min(room, share.section.lines.length - share.count);
    share.count += more;
    room -= more;
  }
  const shown = all.filter(({ count }) => count > 0);
  const growing = shown.filter(({ section }) => section.taller !== undefined);
  const extra = Math.min(mostExtra, Math.floor(room / Math.max(1, growing.length)));
  for (const share of growing) share.count += extra;
  return shown;
}

function contentLines(
  { lines, taller, cutsSilently = false }: Section,
  count: number,
  { glyphs }: Look,
): readonly Line[] {
  if (lines.length < count && taller !== undefined) return taller(count);
  if (lines.length <= count) return lines;
  if (cutsSilently) return lines.slice(0, count);
  const left = lines.length - count + 1;
  return [...lines.slice(0, count - 1), [span(`  ${glyphs.more} and ${left} more`, 'faint')]];
}

function ruleLine({ title, aside = [] }: Section, cells: number, look: Look): Line {
  const { rule } = look.glyphs;
  const head = [span(`${rule}${rule} `, 'faint'), span(title, 'title'), span(' ')];
  const end = aside.length === 0 ? [] : [span(' '), ...aside, span(` ${rule}`, 'faint')];
  return spread([...head, span(rule.repeat(cells), 'faint')], end, cells, {
    ...look,
    glyphs: { ...look.glyphs, more: rule },
  });
}
