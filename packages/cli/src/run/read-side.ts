import { TokenstormError } from '@tokenstorm/core';
import type { Environment, Report } from '@tokenstorm/core';
import { findRuns } from './find-runs.ts';
import { isPath } from './is-path.ts';
import { replayReport } from './snapshot-replay.ts';

/** One run of a comparison, and where its report is from. */
export interface ReadRun {
  /** As it was asked for. */
  readonly source: string;
  readonly report: Report;
}

/** The report that each of these names means: a report, a snapshot log, or a run of the history. Rejects with one `E_FILE` that names all that mean none. */
export async function readSide(
  names: readonly string[],
  environment: Environment,
  redisUrl?: string,
): Promise<readonly ReadRun[]> {
  // First all at once, for one error that names every problem.
  await findRuns(names.filter(isPath), environment);
  await findRuns(
    names.filter((name) => !isPath(name)),
    environment,
    redisUrl,
  );
  const runs: ReadRun[] = [];
  for (const source of names) {
    const found = await findRuns([source], environment, isPath(source) ? undefined : redisUrl);
    const [first] = found;
    const report =
      first?.kind === 'report' ? first.report : (await replayReport(found.map(({ path }) => path))).report;
    runs.push({ source, report: wholeReport(report, source) });
  }
  return runs;
}

/** A file may say that it is a report and lack half of it. */
function wholeReport(report: Report, source: string): Report {
  const { run, accounting, metrics, validity, throughput } = report as Partial<Report>;
  const parts = [run?.workloads, run?.regions, accounting?.scheduled, metrics, validity?.level, throughput];
  if (parts.every((part) => part !== undefined)) return report;
  throw new TokenstormError('E_FILE', `${source} is not a whole report`);
}
