import { WorkloadPrompts } from '@tokenstorm/core';
import type { SyntheticPrompts, TokenizerSource } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { runVocabulary } from '../run-prompts.ts';
import { filesIn, letterTokenizer, wordTokenizer } from './__fixtures__/tokenizer-files.ts';
import { TokenCounter } from './token-counter.ts';
import { openTokenizer } from './tokenizer.ts';

const prompts: SyntheticPrompts = {
  kind: 'synthetic',
  inputTokens: { kind: 'uniform', min: 150, max: 900 },
  sharedPrefixTokens: 40,
};

/** Prompts whose words were measured by one tokenizer (or by none), each with its asked length. */
async function promptsMeasuredBy(counter: TokenCounter | undefined) {
  const run = { runId: 'r', seed: 7, vocabulary: await runVocabulary(counter), datasets: new Map() };
  const writer = new WorkloadPrompts({ name: 'w', prompts, cacheBust: false }, run).writer({
    region: 'eu',
    stream: 0,
  });
  return Array.from({ length: 60 }, (_, index) => {
    const { messages, asked } = writer.prompt(index);
    return { text: messages[0]!.content, asked: asked?.inputTokens ?? 0 };
  });
}

async function largestMiss(source: TokenizerSource): Promise<number> {
  await using counter = await TokenCounter.open(source);
  const count = await openTokenizer(source);
  const written = await promptsMeasuredBy(counter);
  return Math.max(...written.map(({ text, asked }) => Math.abs(count(text) - asked)));
}

describe('lengths of synthetic prompts', () => {
  it.each(['o200k_base', 'cl100k_base'])('are exact by %s without having asked it', async (name) => {
    const count = await openTokenizer({ kind: 'encoding', name });
    for (const { text, asked } of await promptsMeasuredBy(undefined)) expect(count(text)).toBe(asked);
  });

  it.each(['o200k_base', 'cl100k_base'])('are exact by %s when it is asked', async (name) => {
    expect(await largestMiss({ kind: 'encoding', name })).toBe(0);
  });

  it('are exact by a tokenizer.json that knows words', async () => {
    await using folder = await filesIn({ 'tokenizer.json': wordTokenizer });
    expect(await largestMiss({ kind: 'file', path: folder.path('tokenizer.json') })).toBe(0);
  });

  it('miss by one at most where every word is split', async () => {
    await using folder = await filesIn({ 'tokenizer.json': letterTokenizer });
    expect(await largestMiss({ kind: 'file', path: folder.path('tokenizer.json') })).toBeLessThanOrEqual(1);
  });
});
