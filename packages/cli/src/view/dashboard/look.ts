import { styleText } from 'node:util';

/** What a piece of text is, which decides its colour. */
export type Tone = 'plain' | 'title' | 'faint' | 'good' | 'warning' | 'bad' | 'marked';

/** The characters that pictures are made of; each is one column wide. */
export interface Glyphs {
  /** From the lowest to the highest. */
  readonly spark: readonly string[];
  readonly full: string;
  readonly empty: string;
  readonly rule: string;
  readonly side: string;
  readonly light: string;
  readonly pass: string;
  readonly fail: string;
  readonly more: string;
}

/** How a dashboard looks on its terminal. */
export interface Look {
  readonly colours: boolean;
  readonly glyphs: Glyphs;
}

const unicode: Glyphs = {
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  full: '█',
  empty: '░',
  rule: '─',
  side: '│',
  light: '●',
  pass: '✓',
  fail: '✗',
  more: '…',
};

const ascii: Glyphs = {
  spark: ['_', '.', '-', '=', '+', '*', '%', '#'],
  full: '#',
  empty: '.',
  rule: '-',
  side: '|',
  light: '*',
  pass: '+',
  fail: 'x',
  more: '~',
};

/** ASCII where the locale is of another character set than UTF-8, or the terminal has few characters; a locale that is not set says nothing. */
export function glyphsFor(environment: Readonly<Record<string, string | undefined>>): Glyphs {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((name) => name !== undefined && name !== '');
  const isUtf8 = locale === undefined || /utf-?8/i.test(locale);
  return isUtf8 && TERM !== 'linux' ? unicode : ascii;
}

const formats = {
  title: 'bold',
  faint: 'dim',
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  marked: 'inverse',
} as const;

/** A text in the colour of its tone. */
export function toned(text: string, tone: Tone, { colours }: Look): string {
  if (!colours || tone === 'plain' || text === '') return text;
  return styleText(formats[tone], text, { validateStream: false });
}
