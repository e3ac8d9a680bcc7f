import { Aggregator } from '@tokenstorm/aggregator';
import type { RunResult } from '@tokenstorm/aggregator';
import { TokenstormError } from '@tokenstorm/core';
import type { Log, LogEntry, MetricsSnapshot, Report, RunPlan } from '@tokenstorm/core';
import { mergedEnding, mergedPlan, mergedSnapshots } from './merged-runs.ts';
import { reasonOf } from './export-file.ts';
import { reportOf } from './report-of.ts';
import { SnapshotLogFile } from './snapshot-log-file.ts';

/** Length of a report's windows where the log's own intervals are no longer than that. */
const leastWindowMs = 5000;

/** The report of snapshot logs, and what decides on its exit code. */
export interface ReplayedReport {
  readonly report: Report;
  /** An error of ours ended one of the runs. */
  readonly isFailure: boolean;
  readonly onInvalid: 'fail' | 'warn';
  readonly failOn: 'invalid' | 'suspect';
}

/**
 * The report of the runs in these snapshot logs, at least one: of a single one the report that the run itself gave, of
 * several one over all of their requests, each run from its own start. Rejects with `E_FILE` for a log that is damaged.
 */
export async function replayReport(paths: readonly string[]): Promise<ReplayedReport> {
  const logs = await Promise.all(paths.map(openLog));
  refuseTwice(logs);
  const { plan, result } = await (logs.length === 1 ? fold(logs[0]!) : foldTogether(logs));
  const { ended, notes } = mergedEnding(logs);
  const report = reportOf(plan, { ...ended, result }, notes, logs[0]!.header.version);
  return {
    report: withoutEnd(report, logs),
    isFailure: ended.failure !== undefined,
    onInvalid: plan.scenario.execution.onInvalid,
    failOn: logs.some(({ header }) => header.failOn === 'suspect') ? 'suspect' : 'invalid',
  };
}

async function openLog(path: string): Promise<SnapshotLogFile> {
  const log = await SnapshotLogFile.open(path);
  if (log === undefined) throw new TokenstormError('E_FILE', `${path} is no snapshot log`);
  return log;
}

/** Its requests would count twice. */
function refuseTwice(logs: readonly SnapshotLogFile[]): void {
  const paths = new Map<string, string>();
  for (const { path, header } of logs) {
    const before = paths.get(header.plan.runId);
    if (before !== undefined)
      throw new TokenstormError('E_FILE', `${before} and ${path} are of the same run, ${header.plan.runId}`);
    paths.set(header.plan.runId, path);
  }
}

interface Folded {
  readonly plan: RunPlan;
  readonly result: RunResult;
}

/** The sum of one run. What a compacted log can no longer tell is taken from its end. */
async function fold(log: SnapshotLogFile): Promise<Folded> {
  const { plan, intervalMs } = log.header;
  const result = await foldSnapshots(plan, log.snapshots(), intervalMs, [log]);
  const isCompacted = intervalMs > plan.snapshotIntervalMs;
  if (!isCompacted || log.end === undefined) return { plan, result };
  const { thresholds, courses } = log.end;
  return { plan, result: { ...result, thresholds, courses } };
}

/** The sum of several runs. The course of a load is looked at run by run: their loads may differ. */
async function foldTogether(logs: readonly SnapshotLogFile[]): Promise<Folded> {
  const plan = mergedPlan(logs.map(({ header }) => header.plan));
  const intervalMs = Math.max(...logs.map(({ header }) => header.intervalMs));
  const snapshots = mergedSnapshots(
    plan.runId,
    logs.map((log) => ({ plan: log.header.plan, snapshots: log.snapshots() })),
  );
  const together = await foldSnapshots(plan, snapshots, intervalMs, logs);
  const alone: RunResult[] = [];
  for (const { path } of logs) alone.push((await fold(await openLog(path))).result);
  return { plan, result: { ...together, courses: alone.flatMap(({ courses }) => courses) } };
}

async function foldSnapshots(
  plan: RunPlan,
  snapshots: AsyncIterable<MetricsSnapshot>,
  intervalMs: number,
  logs: readonly SnapshotLogFile[],
): Promise<RunResult> {
  const transport = { snapshots: readOnlyLog(snapshots), events: readOnlyLog<never>(none()) };
  const windowMs = Math.max(leastWindowMs, intervalMs);
  try {
    return await new Aggregator({ transport, plan, windowMs }).run(new AbortController().signal);
  } catch (cause) {
    if (cause instanceof TokenstormError && cause.code === 'E_FILE') throw cause;
    const names = logs.map(({ path }) => path).join(', ');
    throw new TokenstormError('E_FILE', `${names}: damaged: ${reasonOf(cause)}`, { cause });
  }
}

/** A log that is over: what is appended, such as the wish to stop the run, is of no use any more. */
function readOnlyLog<T>(values: AsyncIterable<T>): Log<T> {
  return {
    append: async () => {},
    trim: async () => {},
    read: () => numbered(values),
  };
}

async function* numbered<T>(values: AsyncIterable<T>): AsyncGenerator<LogEntry<T>> {
  let id = 0;
  for await (const value of values) yield { id: String((id += 1)), value };
}

async function* none(): AsyncGenerator<never> {}

/** A run whose log has no end is at best suspect: nobody knows what came after it. */
function withoutEnd(report: Report, logs: readonly SnapshotLogFile[]): Report {
  const cut = logs.filter(({ end }) => end === undefined);
  if (cut.length === 0) return report;
  const { level, reasons } = report.validity;
  const ends = cut.map(
    ({ header, endMs }) =>
      `The log of ${header.plan.runId} ends ${(endMs / 1000).toFixed(1)} s after its start`,
  );
  const detail = `${ends.join('. ')}: the run was killed, could not write its log any more, or is still under way. What came later is not in these numbers; requests under way then count as lost.`;
  const reason = { code: 'incomplete', detail, measured: cut.length, limit: 0 };
  return {
    ...report,
    validity: { level: level === 'valid' ? 'suspect' : level, reasons: [...reasons, reason] },
  };
}
