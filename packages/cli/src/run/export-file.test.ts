import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportTarget } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkExports } from './export-file.ts';

const run = { id: '20261121-091530-k3v9qd', name: 'chat-steady' };

describe('checkExports', () => {
  let folder = '';
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-export-'))));
  afterEach(() => rm(folder, { recursive: true }));

  const json = (name: string) => ({ format: 'json', path: join(folder, name) }) as const;

  it('makes the folders that are missing, and no file', async () => {
    expect(await checkExports([json('a/b/{name}.json')], run)).toEqual([
      { format: 'json', path: join(folder, 'a/b/chat-steady.json'), replaces: false, mayReplace: true },
    ]);
    expect(await readdir(join(folder, 'a/b'))).toEqual([]);
  });

  it('leaves what is there as it is, and says so', async () => {
    await writeFile(join(folder, 'report.json'), 'precious');
    expect(await checkExports([json('report.json')], run)).toMatchObject([{ replaces: true }]);
    expect(await readFile(join(folder, 'report.json'), 'utf8')).toBe('precious');
  });

  it('leaves a link to nothing where it is, and makes nothing of it', async () => {
    await symlink('later.json', join(folder, 'link.json'));
    expect(await checkExports([json('link.json')], run)).toMatchObject([{ replaces: false }]);
    expect(await readdir(folder)).toEqual(['link.json']);
  });

  it('takes a device for what can be written', async () => {
    expect(await checkExports([{ format: 'jsonl', path: '/dev/null' }], run)).toEqual([
      { format: 'jsonl', path: '/dev/null', replaces: false, mayReplace: true },
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

  it('with --no-clobber refuses what is there, and leaves it as it is', async () => {
    await writeFile(join(folder, 'report.json'), 'precious');
    const targets = [json('new.json'), json('report.json')];
    await expect(checkExports(targets, run, { clobber: false })).rejects.toThrow(
      /^cannot write to \S*report\.json: it is there already, and --no-clobber keeps it$/,
    );
    expect(await readdir(folder)).toEqual(['report.json']);
  });

  it('takes no file that is read, nor one twice, by whatever way', async () => {
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'link'));
    await writeFile(join(folder, 'real/s.yaml'), 'name: x');
    const targets = [json('link/s.yaml'), json('link/r.json'), json('real/../real/r.json')];
    await expect(checkExports(targets, run, { inputs: [join(folder, 'real/s.yaml')] })).rejects.toThrow(
      /s\.yaml: this command uses it for something else\n.*r\.json: two exports have this path$/,
    );
    expect(await readFile(join(folder, 'real/s.yaml'), 'utf8')).toBe('name: x');
  });

  it('gives standard output to one report that is text', async () => {
    const output = (format: ExportTarget['format']) => ({ format, path: '-' });
    expect(await checkExports([output('markdown')], run)).toMatchObject([{ path: '-', replaces: false }]);
    const refused = async (targets: readonly ExportTarget[], isJson = false) =>
      await checkExports(targets, run, { json: isJson }).then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await refused([output('json'), output('html')])).toMatch(/^cannot write to html=-: two exports/);
    expect(await refused([output('markdown')], true)).toMatch(/--json has standard output already/);
    expect(await refused([output('msgpack')])).toMatch(/msgpack=-: it is not text/);
    expect(await refused([output('csv')])).toMatch(/csv=-: standard output has room for a report/);
  });
});
