import { styleText } from 'node:util';

/** Ways to set words apart; each returns its text as it is where colours are off. Apply after padding. */
export interface Style {
  title(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  warning(text: string): string;
  bad(text: string): string;
}

/** A style that colours, or one that leaves every text alone. */
export function styleOf(colours: boolean): Style {
  const painted = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  return {
    title: painted('bold'),
    faint: painted('dim'),
    good: painted('green'),
    warning: painted('yellow'),
    bad: painted('red'),
  };
}

/** Colours go to a terminal that can show them, unless NO_COLOR is set to anything (https://no-color.org). */
export function wantsColours(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (stream.isTTY !== true || environment['TERM'] === 'dumb') return false;
  return environment['NO_COLOR'] === undefined || environment['NO_COLOR'] === '';
}

/** Columns to write in: what the terminal has, at least 80 (below, it wraps) and at most 120; 80 where there is none. */
export function textWidth(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  if (stream.isTTY !== true) return 80;
  return Math.min(120, Math.max(80, stream.columns ?? 80));
}
