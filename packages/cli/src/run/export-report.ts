import type { Report, ReportFormat } from '@tokenstorm/core';
import { reportFormatEntries } from '../reporters/formats.ts';
import type { Tolerance } from '../reporters/tolerance.ts';
import { cannotWrite, isStandardOutput, reasonOf } from './export-file.ts';
import type { ExportFile } from './export-file.ts';
import { writeOutput } from './standard-output.ts';
import { writeWholeFile } from './whole-file.ts';

/** Writes a report to its file. Resolves to whether it replaced one. Rejects with `E_FILE`, the report itself untouched. */
export async function exportReport(
  report: Report,
  file: ExportFile & { readonly format: ReportFormat },
  tolerance: Tolerance,
): Promise<boolean> {
  const reporter = await reportFormatEntries[file.format].load();
  const content = reporter(report, tolerance);
  if (isStandardOutput(file)) {
    writeOutput(content);
    return false;
  }
  try {
    return await writeWholeFile(file.path, content, { mayReplace: file.mayReplace });
  } catch (cause) {
    throw cannotWrite(`cannot write the report to ${file.path}: ${reasonOf(cause)}`, cause);
  }
}
