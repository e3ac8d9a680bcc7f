import { describe, expect, it } from 'vitest';
import { TokenstormError } from '../errors.ts';
import type { Dataset, Workload } from '../scenario/scenario.ts';
import { plainVocabulary } from './vocabulary.ts';
import { WorkloadPrompts } from './workload-prompts.ts';

const questions: Dataset = {
  id: 'q',
  path: 'q.csv',
  rows: [
    { columns: { q: 'A', x: '{{q}} $&' }, outputTokens: 7 },
    { columns: { q: 'B', x: '2' } },
    { columns: { q: 'A', x: '3' } },
  ],
};
const chats: Dataset = {
  id: 'c',
  path: 'c.jsonl',
  rows: [{ columns: { who: 'Ann' }, messages: [{ role: 'user', content: '{{who}}' }] }],
};
const datasets = new Map([
  ['q', questions],
  ['c', chats],
]);

function writerOf(prompts: Workload['prompts']) {
  const run = { runId: 'r', seed: 1, vocabulary: plainVocabulary, datasets };
  return new WorkloadPrompts({ name: 'w', prompts, cacheBust: false }, run).writer({
    region: 'eu',
    stream: 0,
  });
}

describe('written prompts', () => {
  it('are the same each time without a data set', () => {
    const messages = [{ role: 'user', content: '{{q}}' }] as const;
    expect(writerOf({ kind: 'messages', messages }).prompt(5)).toEqual({ messages, row: 0 });
  });

  it('take the rows in turn and fill the template in', () => {
    const template = [
      { role: 'system', content: 'No {{other}}, {{ x }}.' },
      { role: 'user', content: '{{q}}{{q}}' },
    ] as const;
    const writer = writerOf({ kind: 'dataset', dataset: 'q', template });
    const contents = [0, 1, 2, 3, 7].map((index) =>
      writer.prompt(index).messages.map(({ content }) => content),
    );
    expect(contents).toEqual([
      ['No {{other}}, {{q}} $&.', 'AA'],
      ['No {{other}}, 2.', 'BB'],
      ['No {{other}}, 3.', 'AA'],
      ['No {{other}}, {{q}} $&.', 'AA'],
      ['No {{other}}, 2.', 'BB'],
    ]);
  });

  it('have one number where the template makes rows equal', () => {
    const rowsOf = (content: string) => {
      const writer = writerOf({ kind: 'dataset', dataset: 'q', template: [{ role: 'user', content }] });
      return [0, 1, 2, 3, 4, 5].map((index) => writer.prompt(index).row);
    };
    expect(rowsOf('{{q}}')).toEqual([0, 1, 0, 0, 1, 0]);
    expect(rowsOf('{{q}}{{x}}')).toEqual([0, 1, 2, 0, 1, 2]);
    expect(rowsOf('all the same')).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("are a row's own messages as they are, after the system message", () => {
    const own = chats.rows[0]?.messages;
    expect(writerOf({ kind: 'dataset', dataset: 'c' }).prompt(9).messages).toBe(own);
    const system = { role: 'system', content: 'To {{who}}' } as const;
    expect(writerOf({ kind: 'dataset', dataset: 'c', system }).prompt(9).messages).toEqual([
      { role: 'system', content: 'To Ann' },
      { role: 'user', content: '{{who}}' },
    ]);
  });

  it('ask for answers as long as the rows say, where they do', () => {
    const template = [{ role: 'user', content: '{{q}}' }] as const;
    const writer = writerOf({ kind: 'dataset', dataset: 'q', template, outputTokens: 'from-dataset' });
    expect([0, 1].map((index) => writer.prompt(index).asked)).toEqual([{ outputTokens: 7 }, undefined]);
    expect(writerOf({ kind: 'dataset', dataset: 'q', template }).prompt(0).asked).toBeUndefined();
  });

  it('throw for a data set that is not there', () => {
    expect(() => writerOf({ kind: 'dataset', dataset: 'none' }).prompt(0)).toThrow(TokenstormError);
  });
});
