import { describe, expect, it } from 'vitest';
import { datasetFormat, parseDataset } from './dataset.ts';
import type { DatasetResult } from './dataset.ts';

const hash = (text: string) => `#${text.length}`;
const jsonl = (text: string) => parseDataset({ path: 'd.jsonl', text, format: 'jsonl' }, hash);
const json = (text: string) => parseDataset({ path: 'd.json', text, format: 'json' }, hash);
const csv = (text: string) => parseDataset({ path: 'd.csv', text, format: 'csv' }, hash);

const rowsOf = (result: DatasetResult) => ('dataset' in result ? result.dataset.rows : result.problem);

describe('JSONL', () => {
  it('gives a row for each line, values as text', () => {
    const text = '\uFEFF{"a":"x","n":1.5,"t":true,"o":{"k":[1]},"nil":null}\r\n\n"just a prompt"\n';
    expect(jsonl(text)).toEqual({
      dataset: {
        id: `#${text.length}.jsonl`,
        path: 'd.jsonl',
        rows: [
          { columns: { a: 'x', n: '1.5', t: 'true', o: '{"k":[1]}' } },
          { columns: { prompt: 'just a prompt' } },
        ],
      },
    });
  });

  it('takes whole chats, and only role and content of them', () => {
    const line = { id: 7, messages: [{ role: 'user', content: 'Hi', name: 'x' }] };
    expect(jsonl(JSON.stringify(line))).toMatchObject({
      dataset: { rows: [{ columns: { id: '7' }, messages: [{ role: 'user', content: 'Hi' }] }] },
    });
  });

  it.each([
    ['{"a":1}\n{"a":\n', 'd.jsonl: line 2: not JSON'],
    ['\n[1]\n', 'd.jsonl: line 2: must be an object or a string'],
    ['7', 'd.jsonl: line 1: must be an object or a string'],
    [
      '{"messages":[]}',
      'd.jsonl: line 1: `messages` must be a list of { role: system | user | assistant, content: text }',
    ],
    [
      '{"messages":[{"role":"tool","content":"x"}]}',
      'd.jsonl: line 1: `messages` must be a list of { role: system | user | assistant, content: text }',
    ],
    ['\n \n', 'd.jsonl has no rows'],
  ])('refuses %j', (text, problem) => {
    expect(jsonl(text)).toEqual({ problem });
  });
});

describe('JSON', () => {
  it('is a list of the same rows', () => {
    expect(json('["A", {"prompt": "B", "output_tokens": 9}]')).toMatchObject({
      dataset: { rows: [{ columns: { prompt: 'A' } }, { columns: { prompt: 'B' }, outputTokens: 9 }] },
    });
  });

  it.each([
    [
      '{"prompt":"A"}\n{"prompt":"B"}',
      'd.json: not JSON: a file with one JSON object per line is called .jsonl',
    ],
    ['{"prompt":"A"}', 'd.json: must be a list of rows'],
    ['["A", 5]', 'd.json: row 2: must be an object or a string'],
    ['[]', 'd.json has no rows'],
  ])('refuses %j', (text, problem) => {
    expect(json(text)).toEqual({ problem });
  });
});

describe('conversations of ShareGPT', () => {
  const human = (value: string) => ({ from: 'human', value });
  const gpt = (value: string) => ({ from: 'gpt', value });
  const row = (conversations: unknown) => jsonl(JSON.stringify({ id: 'a1', conversations }));

  it('are their first human turn, and the reply right after it is the length of the answer', () => {
    expect(row([human('Hi'), gpt('Hello there'), human('More'), gpt('x')])).toMatchObject({
      dataset: {
        rows: [
          {
            columns: { id: 'a1', prompt: 'Hi' },
            messages: [{ role: 'user', content: 'Hi' }],
            // 11 characters / 4, rounded up.
            outputTokens: 3,
          },
        ],
      },
    });
  });

  it('keep a system turn, and go without what is missing', () => {
    const turns = [{ from: 'system', value: 'S' }, gpt('I begin'), { from: 'user', value: 'Hi' }];
    expect(row(turns)).toEqual({
      dataset: {
        id: expect.any(String),
        path: 'd.jsonl',
        rows: [
          {
            columns: { id: 'a1', prompt: 'Hi' },
            messages: [
              { role: 'system', content: 'S' },
              { role: 'user', content: 'Hi' },
            ],
          },
        ],
      },
    });
  });

  it('may be written as chats are, and in capitals', () => {
    const turns = [
      { role: 'User', content: 'Hi' },
      { role: 'assistant', content: 'Hello there' },
    ];
    expect(rowsOf(row(turns))).toEqual([
      { columns: { id: 'a1', prompt: 'Hi' }, messages: [{ role: 'user', content: 'Hi' }], outputTokens: 3 },
    ]);
  });

  it.each([
    [[human('A'), { from: 'tool', value: 'B' }]],
    [[human('A'), { from: 'gpt', value: null }]],
    [[human('A'), human('B'), gpt('C')]],
    [[human('A'), 'B']],
  ])('say no length where no reply follows at once: %j', (turns) => {
    expect(rowsOf(row(turns))).toEqual([
      { columns: { id: 'a1', prompt: 'A' }, messages: [{ role: 'user', content: 'A' }] },
    ]);
  });

  it('are not read on after the reply', () => {
    expect(rowsOf(row([human('A'), gpt('B'), { from: 'function_call', value: {} }, 5]))).toMatchObject([
      { outputTokens: 1 },
    ]);
  });

  it('are left out where no human says anything', () => {
    const text = [[], [gpt('x')], [human(' ')], [human('A')]]
      .map((conversations) => JSON.stringify({ conversations }))
      .join('\n');
    expect(jsonl(text)).toMatchObject({ dataset: { rows: [{ columns: { prompt: 'A' } }] } });
    expect(row([])).toEqual({ problem: 'd.jsonl has no rows' });
  });

  it.each([
    [{}, 'd.jsonl: line 1: `conversations` must be a list of turns'],
    [['Hi'], 'd.jsonl: line 1: turn 1 must be { from: human | gpt | system, value: text }'],
    [
      [{ from: 'tool', value: 'B' }, human('A')],
      'd.jsonl: line 1: turn 1: nobody is called "tool"; use human, gpt or system',
    ],
    [[{ from: 'human', value: 5 }], 'd.jsonl: line 1: turn 1: `value` must be a text'],
  ])('refuse %j', (conversations, problem) => {
    expect(row(conversations)).toEqual({ problem });
  });
});

describe('CSV', () => {
  it('reads quotes, line feeds in them and Windows line ends', () => {
    expect(csv('q, lang\r\n"Say ""hi"", please\nnow",en\r\n\r\nB?,fr\r\n')).toMatchObject({
      dataset: {
        rows: [{ columns: { q: 'Say "hi", please\nnow', lang: 'en' } }, { columns: { q: 'B?', lang: 'fr' } }],
      },
    });
  });

  it('refuses rows of another length, columns of one name and a file without rows', () => {
    expect(csv('a,b\n1\n')).toEqual({ problem: expect.stringMatching(/^d\.csv: .*line 2/) });
    expect(csv('a,a\n1,2\n')).toEqual({ problem: 'd.csv: line 1: two columns are called `a`' });
    expect(csv('a,b\n')).toEqual({ problem: 'd.csv has no rows' });
  });
});

describe('the column output_tokens', () => {
  it('is the length of the answer in any format', () => {
    expect(rowsOf(csv('prompt,output_tokens\nA,7\nB,\nC,many\nD,1.5\nE,0\n'))).toEqual([
      { columns: { prompt: 'A', output_tokens: '7' }, outputTokens: 7 },
      { columns: { prompt: 'B', output_tokens: '' } },
      { columns: { prompt: 'C', output_tokens: 'many' } },
      { columns: { prompt: 'D', output_tokens: '1.5' } },
      { columns: { prompt: 'E', output_tokens: '0' } },
    ]);
    expect(rowsOf(jsonl('{"prompt":"A","output_tokens":7}'))).toMatchObject([{ outputTokens: 7 }]);
    expect(rowsOf(jsonl('{"prompt":"A","output_tokens":"7"}'))).toMatchObject([{ outputTokens: 7 }]);
  });
});

describe('datasetFormat', () => {
  it.each([
    ['a.jsonl', 'jsonl'],
    ['x/b.NDJSON', 'jsonl'],
    ['c.csv', 'csv'],
    ['d.json', 'json'],
    ['d.txt', undefined],
    ['x.csv/none', undefined],
  ])('of %s is %s', (path, format) => {
    expect(datasetFormat(path)).toBe(format);
  });
});
