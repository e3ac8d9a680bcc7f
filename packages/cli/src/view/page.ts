import type { Style } from './style.ts';

/** What a text is written on. */
export interface Page {
  /** Columns; no line is longer unless a single word is. */
  readonly width: number;
  readonly style: Style;
}

/** A block of lines below the page's blank line; an empty one is left out. */
export type Section = readonly string[];

/** The sections in order, a blank line between them, no spaces at line ends, a newline at the end. */
export function pageText(sections: readonly Section[]): string {
  const blocks = sections.filter((section) => section.length > 0);
  return `${blocks.map((section) => section.map((line) => line.trimEnd()).join('\n')).join('\n\n')}\n`;
}

/** Text from outside made safe for a terminal: control characters and line breaks become spaces. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
