import type { Report } from '@tokenstorm/core';
import { countText } from '../../view/number-text.ts';
import { proseOf } from './escape.ts';

const mostNotes = 30;

/** What to bear in mind, folded. */
export function notesSection({ notes }: Report): string {
  if (notes.length === 0) return '';
  const shown = notes.slice(0, mostNotes).map((note) => `- ${proseOf(note)}`);
  const left = notes.length - shown.length;
  const rest = left > 0 ? [`- … and ${left} more.`] : [];
  const summary = `<summary>Notes (${countText(notes.length)})</summary>`;
  return ['<details>', summary, '', ...shown, ...rest, '', '</details>'].join('\n');
}
