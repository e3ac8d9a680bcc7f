import type { TrendName } from '../metrics/definitions.ts';
import type { Accounting } from '../metrics/snapshot.ts';
import { kneeCompletionRatio, passedKnee } from './load-course.ts';
import type { LoadCourse } from './load-course.ts';
import type { Validity, ValidityLevel, ValidityReason } from './report.ts';

/** What the validity is judged by: the run's totals of phase `main`. */
export interface ValidityInput {
  readonly accounting: Accounting;
  readonly trends: ReadonlyMap<TrendName, { readonly count: number; quantile(q: number): number }>;
  /** Of the open-loop workloads that were long enough to follow. */
  readonly courses: readonly LoadCourse[];
}

interface Finding {
  readonly level: Exclude<ValidityLevel, 'valid'>;
  readonly reason: ValidityReason;
}

/** Lateness (ms) that is always allowed, and the share of the median TTFT that is. */
const lateness = { floorMs: 20, shareOfTtft: 0.2 };
/** From this part of the limit of an invalid measurement on, one is suspect. */
const suspectPart = 0.25;
const limits = { lostRatio: 0.01, droppedRatio: 0.01, errorRatio: 0.5 };

/**
 * Whether the numbers are the server's or the generator's own: judged by the generator's lateness (`schedule_lag`,
 * `send_delay`) and by requests without an outcome, never by waits that a limit or the server caused. A number on the
 * limit keeps to it.
 */
export function validityOf(totals: ValidityInput): Validity {
  const findings = [
    latenessFinding(totals, 'schedule_lag'),
    latenessFinding(totals, 'send_delay'),
    lostFinding(totals.accounting),
    kneeFinding(totals),
    errorFinding(totals.accounting),
  ].filter((finding) => finding !== undefined);
  return { level: worst(findings), reasons: findings.map((finding) => finding.reason) };
}

function worst(findings: readonly Finding[]): ValidityLevel {
  if (findings.some((finding) => finding.level === 'invalid')) return 'invalid';
  return findings.length > 0 ? 'suspect' : 'valid';
}

const latenessWords = {
  schedule_lag: 'started one request in 100 more than %m ms after its planned start',
  send_delay: 'held one request in 100 back for more than %m ms although it was free to leave',
};

function latenessFinding(totals: ValidityInput, code: 'schedule_lag' | 'send_delay'): Finding | undefined {
  const trend = totals.trends.get(code);
  if (trend === undefined || trend.count === 0) return undefined;
  const measured = trend.quantile(0.99);
  const invalidFrom = latenessLimitMs(totals);
  if (measured <= invalidFrom * suspectPart) return undefined;
  const level = measured > invalidFrom ? 'invalid' : 'suspect';
  const limit = level === 'invalid' ? invalidFrom : invalidFrom * suspectPart;
  const happened = latenessWords[code].replace('%m', milliseconds(measured));
  const detail = `The load generator itself ran late: it ${happened} (limit ${milliseconds(limit)} ms). Lower the load, add workers, or free the machine's CPU.`;
  return { level, reason: { code, detail, measured, limit } };
}

function latenessLimitMs({ trends }: ValidityInput): number {
  const ttft = trends.get('ttft');
  const median = ttft === undefined || ttft.count === 0 ? 0 : ttft.quantile(0.5);
  return Math.max(lateness.floorMs, lateness.shareOfTtft * median);
}

function lostFinding({ lost, scheduled }: Accounting): Finding | undefined {
  if (lost === 0) return undefined;
  const measured = lost / scheduled;
  const level = measured > limits.lostRatio ? 'invalid' : 'suspect';
  const limit = level === 'invalid' ? limits.lostRatio : 0;
  const detail = `${share(lost, scheduled, 'requests')} are lost: whoever sent them stopped before the outcome was known (limit ${percent(limit)}).`;
  return { level, reason: { code: 'lost', detail, measured, limit } };
}

/** The server fell behind the rate: said once, whether arrivals had to be dropped or its queue grew. */
function kneeFinding({ accounting, courses }: ValidityInput): Finding | undefined {
  return droppedFinding(accounting) ?? courses.map(queueFinding).find((finding) => finding !== undefined);
}

function queueFinding(course: LoadCourse): Finding | undefined {
  const knee = passedKnee(course);
  if (knee === undefined) return undefined;
  const { scenario, arrivals, completed, ttftBeforeMs, ttftAfterMs } = knee;
  const grew = `its median TTFT grew from ${milliseconds(ttftBeforeMs)} to ${milliseconds(ttftAfterMs)} ms`;
  const detail = `The rate of ${scenario} is above the server's capacity: in the second half ${share(completed, arrivals, 'arrivals')} were completed (limit ${percent(kneeCompletionRatio)}) and ${grew}. The queue grows, so the percentiles depend on how long you ran.`;
  const reason = { code: 'past_knee', detail, measured: completed / arrivals, limit: kneeCompletionRatio };
  return { level: 'suspect', reason };
}

function droppedFinding({ dropped, scheduled }: Accounting): Finding | undefined {
  const limit = limits.droppedRatio;
  if (dropped <= limit * scheduled) return undefined;
  const detail = `${share(dropped, scheduled, 'arrivals')} were dropped because max_in_flight was reached (limit ${percent(limit)}): this rate is above the server's capacity, so the percentiles depend on how long you ran.`;
  return { level: 'suspect', reason: { code: 'past_knee', detail, measured: dropped / scheduled, limit } };
}

function errorFinding({ failed, completed }: Accounting): Finding | undefined {
  const answered = completed + failed;
  const limit = limits.errorRatio;
  if (failed <= limit * answered) return undefined;
  const detail = `${share(failed, answered, 'requests')} failed (limit ${percent(limit)})${completed === 0 ? '' : ': the latencies are those of the few that did not'}.`;
  return { level: 'suspect', reason: { code: 'errors', detail, measured: failed / answered, limit } };
}

function share(part: number, whole: number, noun: string): string {
  return `${part.toLocaleString('en-US')} of ${whole.toLocaleString('en-US')} ${noun} (${percent(part / whole)})`;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))}%`;
}

function milliseconds(value: number): string {
  return String(Number(value.toPrecision(3)));
}
