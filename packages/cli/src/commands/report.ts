import { TokenstormError, exitCodeOf, exitCodes } from '@tokenstorm/core';
import type { StoredRun } from '@tokenstorm/aggregator';
import type { ReportOptions } from '../flags/report-options.ts';
import { checkExports, isStandardOutput } from '../run/export-file.ts';
import { findRuns } from '../run/find-runs.ts';
import type { FoundRun } from '../run/find-runs.ts';
import { influxReport, influxRuns, listedRuns } from '../run/influx-report.ts';
import { replayReport } from '../run/snapshot-replay.ts';
import type { ReplayedReport } from '../run/snapshot-replay.ts';
import { layoutOf, printReport, writeReports } from '../run/write-report.ts';
import { storedRunListText } from '../view/stored-run-list.ts';
import { styleOf } from '../view/style.ts';

/** `tokenstorm report`: the report of a run that is over, or of several as one. Returns the exit code that the run had. */
export async function reportCommand(options: ReportOptions): Promise<number> {
  const stored = options.influx === undefined ? undefined : await influxRuns(options.influx);
  if (options.influx !== undefined && stored !== undefined) {
    if (options.influx.runs.length === 0) return printRuns(stored.runs, options);
    return await finish(await influxReport(options.influx, stored), [], options);
  }
  const found = await findRuns(options.runs, process.env, options.redisUrl);
  return await finish(await reportOfFound(found), found, options);
}

async function finish(
  { report, ...replayed }: ReplayedReport,
  found: readonly FoundRun[],
  options: ReportOptions,
): Promise<number> {
  const inputs = found.map(({ path }) => path);
  const files = await checkExports(options.exports, report.run, { ...options, inputs });
  const allowInvalid = options.allowInvalid || replayed.onInvalid === 'warn';
  const failOn = options.failOn ?? replayed.failOn;
  const allWritten = await whole(found, async () => {
    const isShown = files.some(isStandardOutput) || printReport(report, options);
    const areWritten = await writeReports(report, files, { allowInvalid, failOn });
    if (options.github === true) {
      const { tellGithub } = await import('../run/tell-github.ts');
      await tellGithub(report, { allowInvalid, failOn }, process.env);
    }
    return isShown && areWritten;
  });
  if (replayed.isFailure || !allWritten) return exitCodes.internal;
  return exitCodeOf(report, { allowInvalid, failOnSuspect: failOn === 'suspect' });
}

function printRuns(runs: readonly StoredRun[], { json, color }: ReportOptions): number {
  const listed = listedRuns(runs);
  const { colours } = layoutOf(process.stdout, color);
  process.stdout.write(
    json ? `${JSON.stringify(listed, null, 2)}\n` : storedRunListText(listed, styleOf(colours)),
  );
  return exitCodes.passed;
}

async function reportOfFound(found: readonly FoundRun[]): Promise<ReplayedReport> {
  const [first] = found;
  if (found.length === 1 && first?.kind === 'report') {
    const { report, onInvalid = 'fail', failOn = 'invalid' } = first;
    return { report, isFailure: false, onInvalid, failOn };
  }
  const reports = found.filter(({ kind }) => kind === 'report').map(({ path }) => path);
  if (reports.length > 0) {
    throw new TokenstormError('E_FILE', `percentiles of reports cannot be merged: ${reports.join(', ')}`, {
      hint: 'Give the snapshot logs of the runs: tokenstorm report RUN.snapshots.jsonl …',
    });
  }
  return replayReport(found.map(({ path }) => path));
}

/** A file may say that it is a report and lack half of it: whatever shows it then throws. */
async function whole<T>([first]: readonly FoundRun[], show: () => Promise<T>): Promise<T> {
  try {
    return await show();
  } catch (cause) {
    if (first?.kind !== 'report') throw cause;
    throw new TokenstormError('E_FILE', `${first.path} is not a whole report`, { cause });
  }
}
