import { describe, expect, it } from 'vitest';
import { TokenstormError } from '../errors.ts';
import type { Dataset } from '../scenario/scenario.ts';
import { promptMessages } from './render.ts';

const questions: Dataset = {
  id: 'q',
  path: 'q.csv',
  rows: [
    { columns: { q: 'A', x: '{{q}} $&' } },
    { columns: { q: 'B', x: '2' } },
    { columns: { q: 'C', x: '3' } },
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

describe('promptMessages', () => {
  it('are the same each time without a data set', () => {
    const messages = [{ role: 'user', content: '{{q}}' }] as const;
    expect(promptMessages({ prompts: { kind: 'messages', messages } }, datasets, 5)).toBe(messages);
  });

  it('take the rows in turn and fill the template in', () => {
    const template = [
      { role: 'system', content: 'No {{other}}, {{ x }}.' },
      { role: 'user', content: '{{q}}{{q}}' },
    ] as const;
    const prompts = { kind: 'dataset', dataset: 'q', template } as const;
    const contents = [0, 1, 2, 3, 7].map((index) =>
      promptMessages({ prompts }, datasets, index).map(({ content }) => content),
    );
    expect(contents).toEqual([
      ['No {{other}}, {{q}} $&.', 'AA'],
      ['No {{other}}, 2.', 'BB'],
      ['No {{other}}, 3.', 'CC'],
      ['No {{other}}, {{q}} $&.', 'AA'],
      ['No {{other}}, 2.', 'BB'],
    ]);
  });

  it("are a row's own messages as they are, after the system message", () => {
    const own = chats.rows[0]?.messages;
    expect(promptMessages({ prompts: { kind: 'dataset', dataset: 'c' } }, datasets, 9)).toBe(own);
    const system = { role: 'system', content: 'To {{who}}' } as const;
    expect(promptMessages({ prompts: { kind: 'dataset', dataset: 'c', system } }, datasets, 9)).toEqual([
      { role: 'system', content: 'To Ann' },
      { role: 'user', content: '{{who}}' },
    ]);
  });

  it('throws for a data set that is not there', () => {
    const prompts = { kind: 'dataset', dataset: 'none' } as const;
    expect(() => promptMessages({ prompts }, datasets, 0)).toThrow(TokenstormError);
  });
});
