import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkExports, exportPath } from './export-file.ts';

const run = { id: '20261121-091530-k3v9qd', name: 'chat-steady' };

describe('exportPath', () => {
  it('fills in the name, the start and the run, wherever and however often they stand', () => {
    expect(exportPath('out/{name}/{timestamp}-{run}.{name}.json', run)).toBe(
      'out/chat-steady/20261121-091530-20261121-091530-k3v9qd.chat-steady.json',
    );
  });

  it('takes the start of a run whose id does not tell it from its report', () => {
    const other = { id: 'other', name: 'x', started_at: '2026-11-21T09:15:31.123Z' };
    expect(exportPath('{timestamp}', other)).toBe('20261121-091531');
  });

  it('leaves everything else as it is', () => {
    expect(exportPath('a {b} $& {Name}.json', run)).toBe('a {b} $& {Name}.json');
  });

  it.each([
    ['../../etc/passwd', '..-..-etc-passwd'],
    ['a b\tc', 'a-b-c'],
    ['Ünïcode 模型.v2', 'Ünïcode-模型.v2'],
    ["it's $& $1", 'it-s-1'],
  ])('lets the name %s make no folders', (name, safe) => {
    expect(exportPath('{name}', { ...run, name })).toBe(safe);
  });
});

describe('checkExports', () => {
  let folder = '';
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-export-'))));
  afterEach(() => rm(folder, { recursive: true }));

  const json = (name: string) => ({ format: 'json', path: join(folder, name) }) as const;

  it('makes the folders that are missing, and no file', async () => {
    expect(await checkExports([json('a/b/{name}.json')], run)).toEqual([
      { format: 'json', path: join(folder, 'a/b/chat-steady.json'), replaces: false },
    ]);
    expect(await readdir(join(folder, 'a/b'))).toEqual([]);
  });

  it('leaves what is there as it is, and says so', async () => {
    await writeFile(join(folder, 'report.json'), 'precious');
    expect(await checkExports([json('report.json')], run)).toMatchObject([{ replaces: true }]);
    expect(await readFile(join(folder, 'report.json'), 'utf8')).toBe('precious');
  });

  it('takes a device for what can be written', async () => {
    expect(await checkExports([{ format: 'jsonl', path: '/dev/null' }], run)).toEqual([
      { format: 'jsonl', path: '/dev/null', replaces: false },
    ]);
  });

  it('names every file that cannot be written in one error, with a hint', async () => {
    await mkdir(join(folder, 'taken'));
    await writeFile(join(folder, 'file'), '');
    const targets = [json('fine.json'), json('taken'), json('file/below.json'), json('fine.json')];
    await expect(checkExports(targets, run)).rejects.toMatchObject({
      code: 'E_FILE',
      exitCode: 2,
      hint: expect.stringContaining('--output'),
    });
    await expect(checkExports(targets, run)).rejects.toThrow(
      /taken: EISDIR[^\n]*\n[^\n]*file\/below\.json: E(NOTDIR|EXIST)[^\n]*\n[^\n]*fine\.json: two exports/,
    );
  });
});
