import { exitCodeOf, exitCodes } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import { tellsGithub } from '../reporters/github/github-context.ts';
import { isStandardOutput } from './export-file.ts';
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
  /** `--github`, `--no-github`; default: in a step of GitHub Actions, unless the report is shown by `print`. */
  readonly github?: boolean | undefined;
  /** How the report is shown; default: as JSON or as text. */
  readonly print?: ((report: Report) => void) | undefined;
}

/** Does everything that is done with a run's report at its end: shows it, puts it into the history and writes its files. Returns the run's exit code. */
export async function deliverReport(delivery: Delivery): Promise<number> {
  const { report, files, print } = delivery;
  const isShown = show(delivery);
  await remember(delivery);
  const allWritten = await writeReports(report, files, delivery);
  const { allowInvalid, failOn, github } = delivery;
  if (tellsGithub(github, process.env, print === undefined)) {
    const { tellGithub } = await import('./tell-github.ts');
    await tellGithub(report, delivery, process.env);
  }
  if (!isShown || !allWritten) return exitCodes.internal;
  return exitCodeOf(report, { allowInvalid, failOnSuspect: failOn === 'suspect' });
}

/** Whether that worked. An export may have taken standard output for itself. */
function show({ report, output, files, print }: Delivery): boolean {
  if (print === undefined) return files.some(isStandardOutput) || printReport(report, output);
  print(report);
  return true;
}

async function remember({ report, allowInvalid, failOn }: Delivery): Promise<void> {
  const { recordRun } = await import('../history/record-run.ts');
  await recordRun(report, { allowInvalid, failOn }, process.env, (warning) => {
    process.stderr.write(`warning: ${warning}\n`);
  });
}
