import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own with these files, as JSON. `await using` removes it. */
export async function filesIn(files: Readonly<Record<string, unknown>>) {
  const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return {
    path: (name: string) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** A tokenizer.json that takes each word and each sign for one token, and puts two special tokens around every text. */
export const wordTokenizer = {
  version: '1.0',
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[A]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[B]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[A]': { id: '[A]', ids: [1], tokens: ['[A]'] },
      '[B]': { id: '[B]', ids: [2], tokens: ['[B]'] },
    },
  },
  decoder: null,
  model: { type: 'WordLevel', vocab: { '[U]': 0, '[A]': 1, '[B]': 2 }, unk_token: '[U]' },
};

/** A tokenizer.json that knows no words: each letter is one token, and a space belongs to the letter after it. */
export const letterTokenizer = {
  version: '1.0',
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'Split', pattern: { Regex: ' ?\\S' }, behavior: 'Isolated', invert: false },
  post_processor: null,
  decoder: null,
  model: { type: 'WordLevel', vocab: { '[U]': 0 }, unk_token: '[U]' },
};
