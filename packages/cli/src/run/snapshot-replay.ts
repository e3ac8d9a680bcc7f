import { Aggregator } from '@tokenstorm/aggregator';
import type { RunResult } from '@tokenstorm/aggregator';
import { TokenstormError } from '@tokenstorm/core';
import type {
  AggregationLease,
  LoadCourse,
  Log,
  LogEntry,
  MetricsSnapshot,
  Report,
  RunPlan,
} from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { mergedEnding, mergedPlan, mergedSnapshots } from './merged-runs.ts';
import { reasonOf } from './export-file.ts';
import { reportOf } from './report-of.ts';
import { numbered as countedText } from '../view/number-text.ts';
import { RunParts } from './run-parts.ts';

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
 * The report of the runs in these snapshot logs, at least one: of a single run the report that it gave itself, of several
 * one over all of their requests, each run from its own start. Logs of the same run are parts of it: what several of them
 * have counts once. Rejects with `E_FILE` for a log that is damaged.
 */
export async function replayReport(paths: readonly string[]): Promise<ReplayedReport> {
  const runs = await RunParts.open(paths);
  const { plan, result } = await (runs.length === 1 ? fold(runs[0]!) : foldTogether(runs));
  const { ended, notes } = mergedEnding(runs);
  const report = reportOf(plan, { ...ended, result }, notes, runs[0]!.header.version);
  return {
    report: withDoubts(report, runs),
    isFailure: ended.failure !== undefined,
    onInvalid: plan.scenario.execution.onInvalid,
    failOn: runs.some(({ header }) => header.failOn === 'suspect') ? 'suspect' : 'invalid',
  };
}

interface Folded {
  readonly plan: RunPlan;
  readonly result: RunResult;
}

/** The sum of one run. What a compacted log can no longer tell is taken from its end. */
async function fold(run: RunParts): Promise<Folded> {
  const { plan, intervalMs } = run.header;
  const result = await foldSnapshots(plan, run.snapshots(), intervalMs, [run]);
  const isCompacted = intervalMs > plan.snapshotIntervalMs;
  if (!isCompacted || run.end === undefined) return { plan, result };
  const { thresholds, courses } = run.end;
  return { plan, result: { ...result, thresholds, courses } };
}

/** The sum of several runs. The course of a load is looked at run by run: their loads may differ. */
async function foldTogether(runs: readonly RunParts[]): Promise<Folded> {
  const plan = mergedPlan(runs.map(({ header }) => header.plan));
  const intervalMs = Math.max(...runs.map(({ header }) => header.intervalMs));
  const snapshots = mergedSnapshots(
    plan.runId,
    runs.map((run) => ({ plan: run.header.plan, snapshots: run.snapshots() })),
  );
  const together = await foldSnapshots(plan, snapshots, intervalMs, runs);
  const courses: LoadCourse[] = [];
  for (const { paths } of runs) {
    const [run] = await RunParts.open(paths);
    courses.push(...(await fold(run!)).result.courses);
  }
  return { plan, result: { ...together, courses } };
}

async function foldSnapshots(
  plan: RunPlan,
  snapshots: AsyncIterable<MetricsSnapshot>,
  intervalMs: number,
  runs: readonly RunParts[],
): Promise<RunResult> {
  const transport = { snapshots: () => readOnlyLog(snapshots), events: () => readOnlyLog<never>(none()) };
  const lease = replayLease(plan);
  const windowMs = Math.max(leastWindowMs, intervalMs);
  try {
    return await new Aggregator({ lease, transport, clock: systemClock, windowMs, isAlone: true }).run(
      new AbortController().signal,
    );
  } catch (cause) {
    if (cause instanceof TokenstormError && cause.code === 'E_FILE') throw cause;
    const names = runs.flatMap(({ paths }) => paths).join(', ');
    throw new TokenstormError('E_FILE', `${names}: damaged: ${reasonOf(cause)}`, { cause });
  }
}

/** The right to fold a run that is over: nobody else wants it, and the end of its log ends its epochs. */
function replayLease(plan: RunPlan): AggregationLease {
  return {
    plan,
    advance: async () => true,
    mayStillWrite: () => true,
    endEpoch: async () => undefined,
  };
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

/** A run of which something is missing is at best suspect. */
function withDoubts(report: Report, runs: readonly RunParts[]): Report {
  const added = [...cutRuns(runs), ...brokenRuns(runs)];
  if (added.length === 0) return report;
  const { level } = report.validity;
  const reasons = report.validity.reasons.filter(({ code }) => code !== 'incomplete');
  return {
    ...report,
    validity: { level: level === 'valid' ? 'suspect' : level, reasons: [...reasons, ...added] },
  };
}

type Reason = Report['validity']['reasons'][number];

/** Nobody knows what came after a log without an end. */
function cutRuns(runs: readonly RunParts[]): readonly Reason[] {
  const cut = runs.filter(({ end }) => end === undefined);
  if (cut.length === 0) return [];
  const ends = cut.map(
    ({ header, endMs }) =>
      `The log of ${header.plan.runId} ends ${(endMs / 1000).toFixed(1)} s after its start`,
  );
  const detail = `${ends.join('. ')}: the run was killed, could not write its log any more, or is still under way. What came later is not in these numbers; requests under way then count as lost.`;
  return [{ code: 'incomplete', detail, measured: cut.length, limit: 0 }];
}

/** Parts of a run between which something is missing. */
function brokenRuns(runs: readonly RunParts[]): readonly Reason[] {
  return runs
    .filter(({ leftOut }) => leftOut > 0)
    .map(({ header, leftOut }) => ({
      code: 'incomplete',
      detail: `Of ${header.plan.runId} ${countedText(leftOut, 'snapshot')} could not be added up, because those right before them are in none of the files. Their requests are missing or count as lost.`,
      measured: leftOut,
      limit: 0,
    }));
}
