const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const emoji = /\p{Emoji_Presentation}|\uFE0F/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;
/** Ranges of East Asian characters that are two columns wide (Unicode's East Asian Width W and F, in coarse blocks). */
const wide: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

/** Columns of a terminal that a text without control characters takes. */
export function cellsOf(text: string): number {
  if (isAscii(text)) return text.length;
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) cells += cellsOfGrapheme(segment);
  return cells;
}

/** A text of at most so many columns: what is too long loses its end to the mark. */
export function cutToCells(text: string, cells: number, mark: string): string {
  if (cellsOf(text) <= cells) return text;
  const room = cells - cellsOf(mark);
  if (room < 0) return '';
  let kept = '';
  let taken = 0;
  for (const { segment } of graphemes.segment(text)) {
    taken += cellsOfGrapheme(segment);
    if (taken > room) break;
    kept += segment;
  }
  return kept + mark;
}

function cellsOfGrapheme(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  const code = grapheme.codePointAt(0) ?? 0;
  return emoji.test(grapheme) || wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7e) return false;
  return true;
}
