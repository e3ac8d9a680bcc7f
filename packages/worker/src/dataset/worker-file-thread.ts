import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { parseDataset } from '@tokenstorm/core';
import type { DatasetRow } from '@tokenstorm/core';
import type { FileAnswer, FileRequest, RowsAnswer } from './worker-file.ts';

/** Characters that go over at once: what the other thread makes rows of within about a millisecond. */
const batchCharacters = 128 * 1024;

/** What a row without any takes. */
const rowCharacters = 32;

const { path, format, realPath } = workerData as FileRequest;
const { answer, rows } = await read();
const batches = batchesOf(rows);
parentPort?.on('message', () => {
  const { value, done } = batches.next();
  parentPort?.postMessage({ rows: value ?? [], isLast: done === true } satisfies RowsAnswer);
});
parentPort?.postMessage(answer);

async function read(): Promise<{ readonly answer: FileAnswer; readonly rows: readonly DatasetRow[] }> {
  try {
    const bytes = await readFile(realPath);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const result = parseDataset({ path, text: bytes.toString('utf8'), format }, () => sha256);
    if ('problem' in result) return { answer: { sha256, problem: result.problem }, rows: [] };
    return { answer: { sha256, id: result.dataset.id }, rows: result.dataset.rows };
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];
    return { answer: { problem: `cannot read ${path}: ${reason}` }, rows: [] };
  }
}

function* batchesOf(all: readonly DatasetRow[]): Generator<readonly DatasetRow[], undefined> {
  let batch: DatasetRow[] = [];
  let characters = 0;
  for (const row of all) {
    batch.push(row);
    characters += rowCharacters;
    for (const text of Object.values(row.columns)) characters += text.length;
    for (const { content } of row.messages ?? []) characters += content.length;
    if (characters < batchCharacters) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  yield batch;
}
