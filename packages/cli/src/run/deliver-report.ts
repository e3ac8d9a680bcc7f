import { exitCodeOf, exitCodes } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import type { ExportFile } from './export-file.ts';
import { printReport, writeReports } from './write-report.ts';
import type { ReportOutput } from './write-report.ts';

/** The report of a run that has just ended, and what is to become of it. */
export interface Delivery {
  readonly report: Report;
  readonly output: ReportOutput;
  readonly files: readonly ExportFile[];
  /** The scenario, or a flag, says that an invalid run does not fail. */
  readonly allowInvalid: boolean;
  /** The lowest validity that fails. */
  readonly failOn: 'invalid' | 'suspect';
  /** How the report is shown; default: as JSON or as text. */
  readonly print?: ((report: Report) => void) | undefined;
}

/** Does everything that is done with a run's report at its end: shows it and writes its files. Returns the run's exit code. */
export async function deliverReport(delivery: Delivery): Promise<number> {
  const { report, output, files, print } = delivery;
  if (print === undefined) printReport(report, output);
  else print(report);
  if (!(await writeReports(report, files))) return exitCodes.internal;
  const { allowInvalid, failOn } = delivery;
  return exitCodeOf(report, { allowInvalid, failOnSuspect: failOn === 'suspect' });
}
