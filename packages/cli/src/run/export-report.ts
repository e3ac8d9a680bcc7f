import { writeFile } from 'node:fs/promises';
import type { Report } from '@tokenstorm/core';
import { jsonReport } from '../reporters/json.ts';
import { cannotWrite, reasonOf } from './export-file.ts';
import type { ExportFile } from './export-file.ts';

/** Writes a report to its file. Rejects with `E_FILE`, the report itself untouched. */
export async function exportReport(report: Report, { path }: ExportFile): Promise<void> {
  try {
    await writeFile(path, jsonReport(report));
  } catch (cause) {
    throw cannotWrite(`cannot write the report to ${path}: ${reasonOf(cause)}`, cause);
  }
}
