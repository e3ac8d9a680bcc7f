import { TokenstormError, exitCodeOf, exitCodes } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import type { ReportOptions } from '../flags/report-options.ts';
import { checkExports } from '../run/export-file.ts';
import { findRuns } from '../run/find-runs.ts';
import type { FoundRun } from '../run/find-runs.ts';
import { replayReport } from '../run/snapshot-replay.ts';
import type { ReplayedReport } from '../run/snapshot-replay.ts';
import { printReport, writeReports } from '../run/write-report.ts';

/** `tokenstorm report`: the report of a run that is over, or of several as one. Returns the exit code that the run had. */
export async function reportCommand(options: ReportOptions): Promise<number> {
  const found = await findRuns(options.runs, process.env);
  const { report, ...replayed } = await reportOfFound(found);
  const files = await checkExports(options.exports, report.run);
  print(report, found, options);
  const allWritten = await writeReports(report, files);
  if (replayed.isFailure || !allWritten) return exitCodes.internal;
  return exitCodeOf(report, {
    allowInvalid: options.allowInvalid || replayed.onInvalid === 'warn',
    failOnSuspect: (options.failOn ?? replayed.failOn) === 'suspect',
  });
}

async function reportOfFound(found: readonly FoundRun[]): Promise<ReplayedReport> {
  const [first] = found;
  if (found.length === 1 && first?.kind === 'report') {
    return { report: first.report, isFailure: false, onInvalid: 'fail', failOn: 'invalid' };
  }
  const reports = found.filter(({ kind }) => kind === 'report').map(({ path }) => path);
  if (reports.length > 0) {
    throw new TokenstormError('E_FILE', `percentiles of reports cannot be merged: ${reports.join(', ')}`, {
      hint: 'Give the snapshot logs of the runs: tokenstorm report RUN.snapshots.jsonl …',
    });
  }
  return replayReport(found.map(({ path }) => path));
}

/** A file may say that it is a report and lack half of it. */
function print(report: Report, [first]: readonly FoundRun[], options: ReportOptions): void {
  try {
    printReport(report, options);
  } catch (cause) {
    if (first?.kind !== 'report') throw cause;
    throw new TokenstormError('E_FILE', `${first.path} is not a whole report`, { cause });
  }
}
