import { describe, expect, it } from 'vitest';
import { filesIn, letterTokenizer, wordTokenizer } from './__fixtures__/tokenizer-files.ts';
import { TokenCounter } from './token-counter.ts';
import { openTokenizer } from './tokenizer.ts';

describe('openTokenizer', () => {
  it.each([
    // Counts by OpenAI's tiktoken.
    ['o200k_base', 'hello world', 2],
    ['cl100k_base', 'hello world', 2],
    ['o200k_base', 'antidisestablishmentarianism', 6],
    ['cl100k_base', 'antidisestablishmentarianism', 6],
    ['o200k_base', 'お誕生日おめでとう', 8],
    ['cl100k_base', 'お誕生日おめでとう', 9],
    ['o200k_base', '', 0],
  ])('%s counts %j', async (name, text, tokens) => {
    const count = await openTokenizer({ kind: 'encoding', name });
    expect(count(text)).toBe(tokens);
  });

  it('takes what looks like a special token for text', async () => {
    const count = await openTokenizer({ kind: 'encoding', name: 'o200k_base' });
    expect(count('a<|endoftext|>b')).toBeGreaterThan(4);
  });

  it('reads a tokenizer.json, with or without its configuration, and adds no special tokens', async () => {
    await using alone = await filesIn({ 'tokenizer.json': wordTokenizer });
    await using both = await filesIn({
      'tokenizer.json': letterTokenizer,
      'tokenizer_config.json': { model_max_length: 9 },
    });
    const counts = await Promise.all(
      [alone, both].map((folder) => openTokenizer({ kind: 'file', path: folder.path('tokenizer.json') })),
    );
    expect(counts.map((count) => count('Hi there, you.'))).toEqual([5, 12]);
  });
});

describe('TokenCounter', () => {
  it('answers in order', async () => {
    await using counter = await TokenCounter.open({ kind: 'encoding', name: 'o200k_base' });
    const answers = await Promise.all([
      counter.count(['hello world', '']),
      counter.count([]),
      counter.count(['hello']),
    ]);
    expect(answers).toEqual([[2, 0], [], [1]]);
  });

  it('leaves out what it cannot keep up with, and goes on when it has', async () => {
    await using counter = await TokenCounter.open({ kind: 'encoding', name: 'o200k_base' });
    const long = 'to be or not '.repeat(100_000);
    const answers = await Promise.all(Array.from({ length: 6 }, () => counter.count([long])));
    // Three times 1.3 million characters are below the limit of 4 million.
    expect(answers.map((counts) => counts?.length)).toEqual([1, 1, 1, undefined, undefined, undefined]);
    expect(await counter.count(['hello world'])).toEqual([2]);
  });

  it('answers nobody any more once it is closed, whoever waits', async () => {
    const counter = await TokenCounter.open({ kind: 'encoding', name: 'cl100k_base' });
    const waiting = counter.count(['x '.repeat(2_000_000)]);
    await counter[Symbol.asyncDispose]();
    expect(await waiting).toBeUndefined();
    expect(await counter.count(['x'])).toBeUndefined();
  });

  it('says where only the configuration cannot be read', async () => {
    await using folder = await filesIn({ 'tokenizer.json': wordTokenizer, 'tokenizer_config.json': '{bad' });
    const source = { kind: 'file', path: folder.path('tokenizer.json') } as const;
    await expect(TokenCounter.open(source)).rejects.toThrow(
      /tokenizer.json cannot be loaded: tokenizer_config.json beside it: /,
    );
  });

  it.each([
    ['tokenizer.json', { model: { type: 'Unheard' } }],
    ['none.json', undefined],
  ])('cannot be opened on %s', async (name, content) => {
    await using folder = await filesIn(content === undefined ? {} : { [name]: content });
    const path = folder.path(name);
    await expect(TokenCounter.open({ kind: 'file', path })).rejects.toMatchObject({
      code: 'E_FILE',
      message: expect.stringContaining(`the tokenizer ${path} cannot be loaded: `),
    });
  });
});
