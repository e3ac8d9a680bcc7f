import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestRecord, SeriesLabels } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RequestExport, incompleteNotes, startRequestFiles, sumOfOutcomes } from './request-export.ts';

const labels: SeriesLabels = { provider: 'own', model: 'm', scenario: 'a', region: 'eu', phase: 'main' };

const record = (arrivalIndex: number): RequestRecord => ({
  workload: 'a',
  target: 'own/m',
  phase: 'main',
  arrivalIndex,
  intendedStartMs: 100,
  attempts: [{ startMs: 110, endMs: 350, statusCode: 200, connection: { reused: true }, staleReconnects: 0 }],
  endMs: 350,
  chunkGapsMs: [],
  contentEvents: 0,
  firstEventTokens: 0,
  eventTokens: [],
  reasoningEvents: 0,
  usage: {},
  usageSource: 'provider',
  streamed: false,
  waits: { rateLimitMs: 0, concurrencyMs: 0, retryMs: 0 },
  outcome: 'completed',
});

let folder = '';
let files: { readonly format: 'csv' | 'jsonl'; readonly path: string }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenstorm-requests-'));
  files = [
    { format: 'csv', path: join(folder, 'r.csv') },
    { format: 'jsonl', path: join(folder, 'r.jsonl') },
  ];
});
afterEach(() => rm(folder, { recursive: true }));

const failures: string[] = [];
beforeEach(() => void failures.splice(0));

const openExport = (paths = files) =>
  RequestExport.open(paths, {
    runId: 'run-1',
    // The request ended 40 ms ago.
    clock: { nowMs: () => 0, epochMs: () => Date.UTC(2026, 10, 21, 9) + 390 },
    onFailure: (path, cause) => failures.push(`${path} ${cause.message}`),
  });

const linesOf = async (name: string) => (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');

describe('a per-request export', () => {
  it('has one header and every request of all who write to it, in place of what was there', async () => {
    await writeFile(files[0]!.path, 'old\n'.repeat(1000));
    await startRequestFiles(files);
    const [first, second] = [await openExport(), await openExport()];
    for (let index = 0; index < 500; index += 1)
      (index % 2 === 0 ? first : second).write(record(index), labels);
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    const csv = await linesOf('r.csv');
    expect(csv.length).toBe(501);
    expect(csv.filter((line) => line.startsWith('timestamp,'))).toEqual([csv[0]]);
    const rows = (await linesOf('r.jsonl')).map((line) => JSON.parse(line) as { arrival_index: number });
    expect(new Set(rows.map((row) => row.arrival_index)).size).toBe(500);
    expect(rows[0]).toMatchObject({ run: 'run-1', timestamp: '2026-11-21T09:00:00.150Z', region: 'eu' });
    expect(sumOfOutcomes([...first.outcomes, ...second.outcomes])).toEqual(
      files.map(({ path }) => ({ path, requests: 500, missing: 0 })),
    );
    expect(incompleteNotes(first.outcomes)).toEqual([]);
  });

  it('on a full disk counts what is missing and says so once', async () => {
    const full = [{ format: 'jsonl', path: '/dev/full' } as const, files[1]!];
    await startRequestFiles(full);
    const written = await openExport(full);
    for (let index = 0; index < 7; index += 1) written.write(record(index), labels);
    await written[Symbol.asyncDispose]();
    expect(failures).toEqual([expect.stringMatching(/^\/dev\/full ENOSPC/)]);
    expect((await linesOf('r.jsonl')).length).toBe(7);
    expect(incompleteNotes([...written.outcomes, { path: '/dev/full', requests: 3, missing: 1 }])).toEqual([
      expect.stringMatching(/^\/dev\/full is incomplete: 8 of 10 requests are not in it \(ENOSPC.*\)\.$/),
    ]);
  });

  it('is refused where not even its header can be written', async () => {
    await expect(startRequestFiles([{ format: 'csv', path: '/dev/full' }])).rejects.toMatchObject({
      code: 'E_FILE',
      message: expect.stringContaining('cannot write to /dev/full: ENOSPC'),
    });
  });
});
