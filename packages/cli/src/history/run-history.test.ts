import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '@tokenstorm/core';
import type { WriterInput } from './history-writer.fixture.ts';
import { reportFor } from './history.fixture.ts';
import { withExistingHistory, withHistory } from './open-history.ts';
import { recordRun } from './record-run.ts';
import { resolveRun } from './resolve-run.ts';
import { summaryOf } from './run-summary.ts';

const first = '20261120-084512-aaaaaa';
const second = '20261121-084512-bbbbbb';
const third = '20261121-094512-cccccc';
const judgement = { allowInvalid: true, failOn: 'suspect' } as const;

let home = '';
let environment: Environment = {};
let warnings: string[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tokenstorm-history-'));
  environment = { TOKENSTORM_HOME: home };
  warnings = [];
});
afterEach(() => rm(home, { recursive: true }));

const record = (sketch: Parameters<typeof reportFor>[0], own: Environment = environment) =>
  recordRun(reportFor(sketch), judgement, own, (warning) => warnings.push(warning));

describe('the history', () => {
  it('gives reports back as they were, the newest first, each run once', async () => {
    for (const id of [second, first, third, second]) await record({ id, ttft: id === second ? 250 : 100 });
    await withHistory(environment, (history) => {
      expect(history.list().map(({ id }) => id)).toEqual([third, second, first]);
      expect(history.report(second)).toEqual({ report: reportFor({ id: second, ttft: 250 }), ...judgement });
      expect(history.report('never')).toBeUndefined();
      expect(history.list()[1]).toMatchObject({
        requests: 4,
        error_ratio: 0.25,
        ttft_p95_ms: 250,
        e2e_p95_ms: 500,
      });
    });
    expect(warnings).toEqual([]);
  });

  it('is for its owner alone, and made by the first run only', async () => {
    expect(await withExistingHistory(environment, () => true)).toBeUndefined();
    const folder = join(home, 'new');
    await record({ id: first }, { TOKENSTORM_HOME: folder, TOKENSTORM_HISTORY: 'off' });
    expect(await stat(folder).catch(() => 'none')).toBe('none');
    await record({ id: first }, { TOKENSTORM_HOME: folder });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'history.sqlite'))).mode & 0o777).toBe(0o600);
  });

  it('keeps tags and the commit of a run that is recorded again', async () => {
    const commit = 'a'.repeat(40);
    await record({ id: first }, { ...environment, GITHUB_SHA: commit });
    await withHistory(environment, (history) => history.tag(first, ['baseline', 'b'], 1.5));
    await withHistory(environment, (history) =>
      history.record(summaryOf(reportFor({ id: first }), null), {
        report: reportFor({ id: first }),
        ...judgement,
      }),
    );
    await withHistory(environment, (history) => {
      expect(history.list()).toMatchObject([{ tags: ['b', 'baseline'], git_commit: commit }]);
      expect(history.untag(first, ['b', 'none'])).toEqual(['b']);
      history.delete([first], 1.5);
      expect([history.list(), history.tagged('baseline')]).toEqual([[], undefined]);
      expect([history.hasSeen(first), history.hasSeen(second)]).toEqual([true, false]);
    });
  });

  it('drops the oldest without a tag when there are more than a thousand', { timeout: 30_000 }, async () => {
    const report = reportFor({ id: first });
    await withHistory(environment, (history) => {
      for (let index = 0; index < 1001; index += 1) {
        const startedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
        const summary = { ...summaryOf(report, null), id: `run-${index}`, started_at: startedAt };
        history.record(summary, { report, ...judgement });
        if (index === 0) history.tag('run-0', ['kept'], 1);
      }
      history.record({ ...summaryOf(report, null), id: 'last' }, { report, ...judgement });
      const ids = history.list().map(({ id }) => id);
      expect(ids).toHaveLength(1001);
      expect([ids.includes('run-0'), ids.includes('run-1'), ids.includes('run-2')]).toEqual([
        true,
        false,
        true,
      ]);
    });
  });

  it('takes the runs of fifty at once', { timeout: 60_000 }, async () => {
    const ids = Array.from(
      { length: 100 },
      (_, index) => `20261121-000000-${String(index).padStart(6, '0')}`,
    );
    const report = reportFor({ id: first });
    const summaries = ids.map((id) => ({ ...summaryOf(report, null), id }));
    const writers = Array.from({ length: 50 }, (_, index) => {
      const workerData: WriterInput = {
        path: join(home, 'history.sqlite'),
        summaries: summaries.slice(index * 2, index * 2 + 2),
        kept: { report, ...judgement },
      };
      const worker = new Worker(new URL('history-writer.fixture.ts', import.meta.url), { workerData });
      return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    });
    await Promise.all(writers);
    const known = await withHistory(environment, (history) => history.list().map(({ id }) => id));
    expect(known.toSorted()).toEqual(ids);
  });
});

describe('a history that is of no use', () => {
  it.each([
    [
      'damaged',
      async (path: string) => writeFile(path, 'no database at all, but some text'.repeat(200)),
      /^this run is not in the history: the history of runs is damaged: .*history\.sqlite \(move it/,
    ],
    [
      'newer',
      async (path: string) => newer(path),
      /of a newer Tokenstorm \(version 9 of its file, this one knows 1\)/,
    ],
  ])('is told of once where it is %s, and nothing else happens', async (_, spoil, message) => {
    const path = join(home, 'history.sqlite');
    await spoil(path);
    const before = await readFile(path);
    await record({ id: first });
    expect(warnings).toEqual([expect.stringMatching(message)]);
    await expect(withHistory(environment, (history) => history.list())).rejects.toMatchObject({
      code: 'E_FILE',
    });
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  it('is told of where the folder cannot be', async () => {
    await writeFile(join(home, 'file'), '');
    await record({ id: first }, { TOKENSTORM_HOME: join(home, 'file') });
    expect(warnings).toEqual([
      expect.stringMatching(/cannot use the history of runs, .*history\.sqlite: .* \(TOKENSTORM_HOME names/),
    ]);
  });
});

/** As a later version may leave it behind, in write-ahead mode. */
function newer(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('pragma journal_mode = wal; pragma user_version = 9; create table other (a)');
  database.close();
}

describe('resolveRun', () => {
  const known = {
    ids: [third, second, first],
    tagged: (tag: string) => ({ baseline: first, '2026': second })[tag],
  };

  it.each([
    [second, second],
    ['latest', third],
    ['@baseline', first],
    ['baseline', first],
    ['2026', second],
    ['20261120', first],
    ['20261121-09', third],
    ['@latest', undefined],
    ['never', undefined],
    ['', undefined],
  ])('%s means %s', (name, id) => {
    expect(resolveRun(name, known)).toBe(id);
  });

  it('asks for more where several begin so', () => {
    expect(() => resolveRun('20261121', known)).toThrow('20261121 is the beginning of 2 runs');
  });
});
