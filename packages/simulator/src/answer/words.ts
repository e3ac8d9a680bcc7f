import type { ModelBehaviour } from '../settings/behaviour.ts';
import { idHole } from '../wire/frame.ts';
import type { TokenSpan } from './outline.ts';

type Text = ModelBehaviour['text'];

const ascii =
  'the quick model answers each of our questions with one more token until it has said enough for now'.split(
    ' ',
  );
const unicode = ['naïve', '東京', 'Ελλάδα', '😀', 'straße', 'مرحبا', '👩‍💻', 'ок', '한국어', '…'];

/** The name of the function that tool calls call. */
export const toolName = 'get_weather';

/** The text of these tokens. */
export function spanText({ from, count }: TokenSpan, text: Text): string {
  let joined = '';
  for (let index = from; index < from + count; index += 1) joined += tokenText(index, text);
  return joined;
}

/** The piece of a tool call's arguments that these tokens are: all pieces together are one JSON object. */
export function argumentsText(span: TokenSpan, text: Text): string {
  const inner = JSON.stringify(spanText(span, text)).slice(1, -1);
  return (span.from === 0 ? '{"text":"' : '') + inner + (span.isLast ? '"}' : '');
}

/** A value as JSON in the behaviour's characters; id holes in its texts stay holes. */
export function jsonOf(value: unknown, text: Text): string {
  const json = JSON.stringify(value).replaceAll('\\u0001', idHole);
  return text === 'escaped' ? json.replace(/[\u0080-\uffff]/g, unicodeEscape) : json;
}

/** Letters that pad an event with a text of this length to one size, the same for the same index. */
export function paddingText(index: number, textLength: number): string {
  const letters = 'aZ3kQm8PxT0bV7nR';
  const length = Math.max(1, 16 - (textLength % 16));
  return Array.from({ length }, (_, at) => letters[(index * 7 + at * 5) % letters.length]).join('');
}

/** The text of one token, with a leading space; the same for the same index. */
function tokenText(index: number, text: Text): string {
  if (text === 'ascii') return ` ${ascii[index % ascii.length]}`;
  const word = ` ${unicode[index % unicode.length]}`;
  return text === 'escaped' && index % 3 === 2 ? `${word} "quoted"\n\\` : word;
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
