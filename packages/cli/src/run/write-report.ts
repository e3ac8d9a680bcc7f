import { TokenstormError, isReportFormat } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import { reportFormatEntries } from '../reporters/formats.ts';
import { jsonReport } from '../reporters/json.ts';
import { textReport } from '../reporters/text.ts';
import type { Tolerance } from '../reporters/tolerance.ts';
import { textWidth, wantsColours } from '../view/style.ts';
import { isStandardOutput } from './export-file.ts';
import type { ExportFile } from './export-file.ts';
import { exportReport } from './export-report.ts';
import { harmless } from './print-text.ts';
import { writeOutput } from './standard-output.ts';
import { replacedNote } from './write-result.ts';

export interface ReportOutput {
  /** The report as JSON instead of text. */
  readonly json: boolean;
  /** False for `--no-color`. */
  readonly color: boolean;
}

/** The report on stdout, and whether all of it is there; what went wrong is said on stderr. */
export function printReport(report: Report, output: ReportOutput): boolean {
  const text = outputText(report, output);
  try {
    writeOutput(text);
    return true;
  } catch (error) {
    sayError(error);
    return false;
  }
}

function outputText(report: Report, { json, color }: ReportOutput): string {
  if (json) return jsonReport(report);
  const text = textReport(report, layoutOf(process.stdout, color));
  return harmless(text);
}

function sayError(error: unknown): void {
  if (!(error instanceof TokenstormError)) throw error;
  process.stderr.write(`error: ${error.message}\n  hint: ${error.hint}\n`);
}

/** How to write on a stream of this process. */
export function layoutOf(stream: NodeJS.WriteStream, color: boolean) {
  return { width: textWidth(stream), colours: color && wantsColours(stream, process.env) };
}

/** Writes every report file that can be written, says on stderr what became of each file, and whether all are written. */
export async function writeReports(
  report: Report,
  files: readonly ExportFile[],
  tolerance: Tolerance,
): Promise<boolean> {
  let allWritten = true;
  for (const file of files) {
    try {
      const outcome = await outcomeOf(file, report, tolerance);
      if (!isStandardOutput(file)) process.stderr.write(`${outcome}\n`);
    } catch (error) {
      sayError(error);
      allWritten = false;
    }
  }
  return allWritten;
}

/** Writes a report's file; one with a line for each request has been written by the run. Resolves to what to say of it. */
async function outcomeOf(file: ExportFile, report: Report, tolerance: Tolerance): Promise<string> {
  const { format, path } = file;
  const isReport = isReportFormat(format);
  const replaced = isReport ? await exportReport(report, { ...file, format }, tolerance) : file.replaces;
  const what = isReport ? reportFormatEntries[format].name : 'Requests';
  const isIncomplete = !isReport && report.notes.some((note) => note.startsWith(`${path} is incomplete`));
  return [
    `${what} written to ${path}`,
    ...(isIncomplete ? [', but not all of them: see the notes'] : []),
    replacedNote(replaced),
  ].join('');
}
