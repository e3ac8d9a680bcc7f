import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportFormats } from '@tokenstorm/core';
import type { ReportFormat } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from '../reporters/report.fixture.ts';
import { exportReport } from './export-report.ts';

const report = reportOf([seriesOf({ ttft: [5] }, { accounting: { scheduled: 1, completed: 1 } })]);
const tolerance = { allowInvalid: false, failOn: 'invalid' } as const;

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-export-'))));
afterEach(() => rm(folder, { recursive: true }));

const fileOf = (format: ReportFormat, path: string) =>
  ({ format, path: join(folder, path), replaces: false, mayReplace: true }) as const;

describe('exportReport', () => {
  it.each(reportFormats)('writes the report as %s in the place of what was there', async (format) => {
    const file = fileOf(format, 'report');
    expect(await exportReport(report, file, tolerance)).toBe(false);
    const first = await readFile(file.path);
    expect(first.includes('chat-steady')).toBe(true);
    await writeFile(file.path, 'x'.repeat(1_000_000));
    expect(await exportReport(report, file, tolerance)).toBe(true);
    expect((await readFile(file.path)).equals(first)).toBe(true);
  });

  it('refuses what cannot be written, with a hint', async () => {
    await mkdir(join(folder, 'taken'));
    await expect(exportReport(report, fileOf('json', 'taken'), tolerance)).rejects.toMatchObject({
      code: 'E_FILE',
      message: expect.stringContaining(join(folder, 'taken')),
      hint: expect.any(String),
    });
  });
});
