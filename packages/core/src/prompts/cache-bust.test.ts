import { describe, expect, it } from 'vitest';
import type { Workload } from '../scenario/scenario.ts';
import { plainVocabulary } from './vocabulary.ts';
import { WorkloadPrompts } from './workload-prompts.ts';

const messages = [
  { role: 'system', content: 'You.' },
  { role: 'user', content: 'Hi' },
] as const;

function writerOf(prompts: Workload['prompts'], { runId = 'run1', stream = 0 } = {}) {
  const run = { runId, seed: 1, vocabulary: plainVocabulary, datasets: new Map() };
  return new WorkloadPrompts({ name: 'w', prompts, cacheBust: true }, run).writer({ region: 'eu', stream });
}

describe('cache busting', () => {
  it('puts words before the first message, and nothing of it repeats', () => {
    const prompts = { kind: 'messages', messages } as const;
    const writers = [
      writerOf(prompts),
      writerOf(prompts, { stream: 1 }),
      writerOf(prompts, { runId: 'run2' }),
    ];
    const written = writers.flatMap((writer) => [0, 1, 2].map((index) => writer.prompt(index)));
    const openings = written.map((prompt) => prompt.messages[0]!.content);
    expect(new Set(openings).size).toBe(9);
    for (const opening of openings) expect(opening).toMatch(/^([a-z]+ ){5}[a-z]+\n\nYou\.$/);
    expect(written.every((prompt) => prompt.messages[1]!.content === 'Hi')).toBe(true);
    expect(written.every((prompt) => prompt.row === undefined)).toBe(true);
  });

  it('makes prompts that repeat as different as others, and longer by its own words', () => {
    const writer = writerOf({
      kind: 'synthetic',
      inputTokens: { kind: 'fixed', tokens: 50 },
      sharedPrefixTokens: 0,
      distinct: 1,
    });
    expect(writer.prompt(0).messages).not.toEqual(writer.prompt(1).messages);
    expect(writer.prompt(0)).toMatchObject({ asked: { inputTokens: 56 } });
  });
});
