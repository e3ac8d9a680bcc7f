import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TokenizerSource } from '@tokenstorm/core';
import { optionalPackage } from '../optional-package.ts';

/** Counts the tokens of a text, without any special tokens around it. */
export type CountTokens = (text: string) => number;

/** Loads a tokenizer and the library for it, which nobody else pays for. Rejects where there is none of that name, or it cannot be read. */
export async function openTokenizer(source: TokenizerSource): Promise<CountTokens> {
  return source.kind === 'encoding' ? openEncoding(source.name) : openFile(source.path);
}

/** OpenAI's encodings, by gpt-tokenizer. What looks like a special token in a text is text. */
async function openEncoding(name: string): Promise<CountTokens> {
  const { countTokens } = await optionalPackage('gpt-tokenizer', () => importEncoding(name));
  const asText = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(text, asText);
}

async function importEncoding(name: string) {
  if (name === 'o200k_base') return import('gpt-tokenizer/encoding/o200k_base');
  if (name === 'cl100k_base') return import('gpt-tokenizer/encoding/cl100k_base');
  throw new Error(`there is no encoding ${name}`);
}

/** A Hugging Face tokenizer.json, with the tokenizer_config.json beside it where there is one. */
async function openFile(path: string): Promise<CountTokens> {
  const { Tokenizer } = await optionalPackage(
    '@huggingface/tokenizers',
    () => import('@huggingface/tokenizers'),
  );
  const definition = await readJson(path);
  const config = await readConfig(join(dirname(path), 'tokenizer_config.json'));
  const tokenizer = new Tokenizer(definition, config);
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length;
}

async function readJson(path: string): Promise<object> {
  return JSON.parse(await readFile(path, 'utf8')) as object;
}

async function readConfig(path: string): Promise<object> {
  try {
    return await readJson(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new Error(`tokenizer_config.json beside it: ${message}`, { cause });
  }
}
