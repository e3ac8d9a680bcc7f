import type { Parse } from './context.ts';
import { readFile } from './read-file.ts';
import type { TokenizerSource } from './scenario.ts';
import { isRecord } from './tree.ts';

/** Encodings that can be named. */
const encodings = ['o200k_base', 'cl100k_base'];

const place = ['execution', 'tokenizer'];

/** The tokenizer that a scenario names: an encoding, or a file, which must be there. `undefined` without one, or where it is wrong. */
export function readTokenizer(parse: Parse, written: string | undefined): TokenizerSource | undefined {
  if (written === undefined) return undefined;
  if (encodings.includes(written)) return { kind: 'encoding', name: written };
  if (!/\.json$/i.test(written)) {
    const message = `\`${written}\` is neither an encoding (${encodings.join(', ')}) nor a tokenizer.json`;
    const hint = "give the path of the model's tokenizer.json: nothing is downloaded during a run";
    parse.reading.report(place, message, hint);
    return undefined;
  }
  const text = readFile(parse, written, place);
  if (text === undefined) return undefined;
  if (isTokenizer(text)) return { kind: 'file', path: parse.resolvePath(written) };
  const message = `${written} is no Hugging Face tokenizer.json: it has no \`model\``;
  parse.reading.report(place, message, 'the file lies beside the weights of most open models');
  return undefined;
}

function isTokenizer(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && isRecord(value['model']);
  } catch {
    return false; // Not JSON at all: the message is the same.
  }
}
