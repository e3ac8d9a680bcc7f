import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from '../reporters/report.fixture.ts';
import { exportPath, exportReport } from './export-report.ts';

const report = reportOf([seriesOf({ ttft: [5] }, { accounting: { scheduled: 1, completed: 1 } })]);

function pathOf(template: string, name = 'chat-steady'): string {
  return exportPath(template, { run: { ...report.run, name } });
}

describe('exportPath', () => {
  it('fills in the name, the start and the run, wherever and however often they stand', () => {
    expect(pathOf('out/{name}/{timestamp}-{run}.{name}.json')).toBe(
      'out/chat-steady/20261121-091530-20261121-091530-3f2a.chat-steady.json',
    );
  });

  it('leaves everything else as it is', () => {
    expect(pathOf('a {b} $& {Name}.json')).toBe('a {b} $& {Name}.json');
  });

  it.each([
    ['../../etc/passwd', '..-..-etc-passwd'],
    ['a b\tc', 'a-b-c'],
    ['Ünïcode 模型.v2', 'Ünïcode-模型.v2'],
    ["it's $& $1", 'it-s-1'],
  ])('lets the name %s make no folders', (name, safe) => {
    expect(pathOf('{name}', name)).toBe(safe);
  });
});

describe('exportReport', () => {
  let folder = '';
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-export-'))));
  afterEach(async () => await rm(folder, { recursive: true }));

  it('writes the report, making the folders that are missing', async () => {
    const written = await exportReport(report, { format: 'json', path: join(folder, 'a/b/{name}.json') });
    expect(written).toEqual({ path: join(folder, 'a/b/chat-steady.json'), replaced: false });
    expect(JSON.parse(await readFile(written.path, 'utf8'))).toMatchObject({ run: { id: report.run.id } });
  });

  it('says that it replaced what was there', async () => {
    const path = join(folder, 'report.json');
    await writeFile(path, 'something much longer than a report, or maybe not');
    expect(await exportReport(report, { format: 'json', path })).toEqual({ path, replaced: true });
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('schema');
  });

  it('refuses what cannot be written, with a hint', async () => {
    await mkdir(join(folder, 'taken'));
    const refused = {
      code: 'E_FILE',
      message: expect.stringContaining(join(folder, 'taken')),
      hint: expect.any(String),
    };
    await expect(exportReport(report, { format: 'json', path: join(folder, 'taken') })).rejects.toMatchObject(
      refused,
    );
    await writeFile(join(folder, 'file'), '');
    const below = { format: 'json', path: join(folder, 'file/report.json') } as const;
    await expect(exportReport(report, below)).rejects.toMatchObject({ code: 'E_FILE' });
  });
});
