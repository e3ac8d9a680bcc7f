import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TokenstormError } from '@tokenstorm/core';
import type { ExportTarget, Report } from '@tokenstorm/core';
import { jsonReport } from '../reporters/json.ts';

/** What became of one export. */
export interface Written {
  readonly path: string;
  /** A file of that name was there before. */
  readonly replaced: boolean;
}

/** Writes a report to a file; missing folders are made. Rejects with `E_FILE`, the report itself untouched. */
export async function exportReport(report: Report, target: ExportTarget): Promise<Written> {
  const path = resolve(exportPath(target.path, report));
  const replaced = await access(path).then(
    () => true,
    () => false,
  );
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, jsonReport(report));
  } catch (cause) {
    throw new TokenstormError('E_FILE', `cannot write the report to ${path}: ${reasonOf(cause)}`, {
      hint: 'Choose another path (--output, or `output.export` in the file), or make room.',
      cause,
    });
  }
  return { path, replaced };
}

/** `{name}`, `{timestamp}` (UTC, to the second) and `{run}` filled in. */
export function exportPath(template: string, report: Pick<Report, 'run'>): string {
  const { id, name, started_at } = report.run;
  const timestamp = started_at.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return template
    .replaceAll('{timestamp}', timestamp)
    .replaceAll('{run}', id)
    .replaceAll('{name}', name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-'));
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
