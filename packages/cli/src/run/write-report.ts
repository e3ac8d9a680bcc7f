import { TokenstormError } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import { jsonReport } from '../reporters/json.ts';
import { textReport } from '../reporters/text.ts';
import { textWidth, wantsColours } from '../view/style.ts';
import type { ExportFile } from './export-file.ts';
import { exportReport } from './export-report.ts';

export interface ReportOutput {
  /** The report as JSON instead of text. */
  readonly json: boolean;
  /** False for `--no-color`. */
  readonly color: boolean;
}

/** The report on stdout. */
export function printReport(report: Report, { json, color }: ReportOutput): void {
  process.stdout.write(json ? jsonReport(report) : textReport(report, layoutOf(process.stdout, color)));
}

/** How to write on a stream of this process. */
export function layoutOf(stream: NodeJS.WriteStream, color: boolean) {
  return { width: textWidth(stream), colours: color && wantsColours(stream, process.env) };
}

/** Writes every report file that can be written, says on stderr what became of each file, and whether all are written. */
export async function writeReports(report: Report, files: readonly ExportFile[]): Promise<boolean> {
  let allWritten = true;
  for (const file of files) {
    try {
      if (file.format === 'json') await exportReport(report, file);
      const what = file.format === 'json' ? 'Report' : 'Requests';
      process.stderr.write(
        `${what} written to ${file.path}${file.replaces ? ' (replaced the one that was there)' : ''}\n`,
      );
    } catch (error) {
      if (!(error instanceof TokenstormError)) throw error;
      process.stderr.write(`error: ${error.message}\n  hint: ${error.hint}\n`);
      allWritten = false;
    }
  }
  return allWritten;
}
