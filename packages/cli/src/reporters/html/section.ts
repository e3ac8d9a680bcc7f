import { markup } from './markup.ts';
import type { Content, Html } from './markup.ts';

/** A part of the page with a heading of its own. */
export interface PageSection {
  /** Unique on the page: what the list of contents links to. */
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

/** The section as a landmark named by its heading. */
export function sectionMarkup({ id, title, content }: PageSection): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section> `;
}

/** A word with a sign before it, which tells good from bad without colour. */
export function mark(tone: Tone, text: string): Html {
  return markup`<span class="mark ${tone}"><span aria-hidden="true">${signs[tone]}</span> ${text}</span>`;
}

/** How good something is. */
export type Tone = 'good' | 'warning' | 'bad' | 'plain';

const signs: Readonly<Record<Tone, string>> = { good: '✓', warning: '!', bad: '✗', plain: '•' };
