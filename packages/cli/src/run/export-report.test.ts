import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from '../reporters/report.fixture.ts';
import { exportReport } from './export-report.ts';

const report = reportOf([seriesOf({ ttft: [5] }, { accounting: { scheduled: 1, completed: 1 } })]);

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-export-'))));
afterEach(() => rm(folder, { recursive: true }));

const fileOf = (name: string) => ({ format: 'json', path: join(folder, name), replaces: false }) as const;

describe('exportReport', () => {
  it('writes the report in the place of what was there', async () => {
    const file = fileOf('report.json');
    await writeFile(file.path, 'x'.repeat(100_000));
    await exportReport(report, file);
    expect(JSON.parse(await readFile(file.path, 'utf8'))).toMatchObject({ run: { id: report.run.id } });
  });

  it('refuses what cannot be written, with a hint', async () => {
    await mkdir(join(folder, 'taken'));
    await expect(exportReport(report, fileOf('taken'))).rejects.toMatchObject({
      code: 'E_FILE',
      message: expect.stringContaining(join(folder, 'taken')),
      hint: expect.any(String),
    });
  });
});
