import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prompt } from './workload.ts';

const special = ['<unk>', '<bos>', '<eos>'];

/** Writes a Hugging Face tokenizer that counts words, for tools that will not start without one; nothing is downloaded. */
export function writeTokenizer(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const words = [...special, ...new Set(prompt.split(/\b|\s/))];
  const vocabulary = Object.fromEntries(words.map((word, id) => [word, id]));
  write(folder, 'tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map(addedToken),
    normalizer: null,
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: vocabulary, unk_token: '<unk>' },
  });
  write(folder, 'tokenizer_config.json', {
    tokenizer_class: 'PreTrainedTokenizerFast',
    unk_token: '<unk>',
    bos_token: '<bos>',
    eos_token: '<eos>',
    model_max_length: 100_000,
    chat_template: "{% for message in messages %}{{ message['content'] }}{% endfor %}",
  });
}

function addedToken(content: string, id: number): object {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

function write(folder: string, name: string, value: object): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}
