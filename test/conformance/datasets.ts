import type { Dataset } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import type { OpenTransport } from './transport.ts';

const dataset: Dataset = {
  id: 'abc',
  path: 'p.csv',
  rows: [
    { columns: { question: 'Warum?' } },
    { columns: { question: '', '🙂': 'ä\n' }, outputTokens: 12.25 },
    { columns: {}, messages: [{ role: 'user', content: 'Hi' }] },
  ],
};

/** How every transport brings data sets to the workers. */
export function datasetConformance(open: OpenTransport): void {
  it('gives a data set back as it was put, however often, and refuses an unknown one', async () => {
    await using opened = await open();
    const worker = await opened.join('worker');
    await Promise.all([opened.transport.datasets.put(dataset), opened.transport.datasets.put(dataset)]);
    expect(await worker.datasets.get('abc')).toEqual(dataset);
    await expect(worker.datasets.get('unknown')).rejects.toMatchObject({ code: 'E_FILE' });
  });

  it('has all workers of a run agree on the first hash of a file', async () => {
    await using opened = await open();
    const { datasets } = await opened.join('worker');
    expect(await datasets.agree('run1', '/data/x.jsonl', 'aaaa')).toBe('aaaa');
    const other = await opened.join('worker');
    expect(await other.datasets.agree('run1', '/data/x.jsonl', 'bbbb')).toBe('aaaa');
    expect(await other.datasets.agree('run1', '/data/x.jsonl', 'aaaa')).toBe('aaaa');
    expect(await other.datasets.agree('run1', '/data/y.jsonl', 'bbbb')).toBe('bbbb');
    expect(await other.datasets.agree('run2', '/data/x.jsonl', 'bbbb')).toBe('bbbb');
  });
}
