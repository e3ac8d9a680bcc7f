import { describe, expect, it } from 'vitest';
import { datasetFormat, parseDataset } from './dataset.ts';

const hash = (text: string) => `#${text.length}`;
const jsonl = (text: string) => parseDataset({ path: 'd.jsonl', text, format: 'jsonl' }, hash);
const csv = (text: string) => parseDataset({ path: 'd.csv', text, format: 'csv' }, hash);

describe('JSONL', () => {
  it('gives a row for each line, values as text', () => {
    const text = '\uFEFF{"a":"x","n":1.5,"t":true,"o":{"k":[1]},"nil":null}\r\n\n"just a prompt"\n';
    expect(jsonl(text)).toEqual({
      dataset: {
        id: `#${text.length}`,
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

describe('datasetFormat', () => {
  it.each([
    ['a.jsonl', 'jsonl'],
    ['x/b.NDJSON', 'jsonl'],
    ['c.csv', 'csv'],
    ['d.json', undefined],
    ['x.csv/none', undefined],
  ])('of %s is %s', (path, format) => {
    expect(datasetFormat(path)).toBe(format);
  });
});
