import type { ModelBehaviour } from '../settings/behaviour.ts';

const ascii =
  'the quick model answers each of our questions with one more token until it has said enough for now'.split(
    ' ',
  );
const unicode = ['naïve', '東京', 'Ελλάδα', '😀', 'straße', 'مرحبا', '👩‍💻', 'ок', '한국어', '…'];

/** The text of one token, with a leading space; the same for the same index. */
export function tokenText(index: number, text: ModelBehaviour['text']): string {
  if (text === 'ascii') return ` ${ascii[index % ascii.length]}`;
  const word = ` ${unicode[index % unicode.length]}`;
  return text === 'escaped' && index % 3 === 2 ? `${word} "quoted"\n\\` : word;
}

/** A JSON string literal; with `isEscaped`, everything beyond ASCII as `\u` escapes. */
export function jsonString(text: string, isEscaped: boolean): string {
  const literal = JSON.stringify(text);
  if (!isEscaped) return literal;
  return literal.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
