import type { Finding } from './finding.ts';
import { graded, millisecondsText, percentText } from './finding.ts';
import type { GeneratorInput } from './generator.ts';
import { quantileOf } from './judged-trends.ts';
import type { JudgedTrends } from './judged-trends.ts';

/** Lateness (ms) that is always allowed, and the share of the median TTFT that is. */
const lateness = { floorMs: 20, shareOfTtft: 0.2 };
/** The same for the error of time stamps and the median gap between chunks. */
const stampError = { floorMs: 5, shareOfIcl: 0.2 };
/** Above these a run is suspect; ratio of time without CPU, and ms. */
export const generatorLimits = { runQueueDelayRatio: 0.1, clockErrorMs: 5 };

const relief = "Lower the load, add workers, or free the machine's CPU.";

/** What is wrong with the load generator itself. */
export function generatorFindings(
  trends: JudgedTrends,
  generator: GeneratorInput,
): readonly (Finding | undefined)[] {
  return [
    latenessFinding(trends, 'schedule_lag'),
    latenessFinding(trends, 'send_delay'),
    stampErrorFinding(trends, generator),
    runQueueFinding(generator),
    clockFinding(generator),
  ];
}

/** The most that the p99 of `schedule_lag` and `send_delay` may be, ms: a run above it is invalid, above a quarter of it suspect. */
export function latenessLimitMs(trends: JudgedTrends): number {
  const ttftMs = quantileOf(trends, 'ttft', 0.5) ?? 0;
  return Math.max(lateness.floorMs, lateness.shareOfTtft * ttftMs);
}

/** The same of the p99 of the time stamps' error; `undefined` without streamed answers, whose times alone it could blur. */
export function stampErrorLimitMs(trends: JudgedTrends): number | undefined {
  if (quantileOf(trends, 'ttft', 0.5) === undefined) return undefined;
  const iclMs = quantileOf(trends, 'icl', 0.5) ?? 0;
  return Math.max(stampError.floorMs, stampError.shareOfIcl * iclMs);
}

const latenessWords = {
  schedule_lag: 'started one request in 100 more than %m after its planned start',
  send_delay: 'held one request in 100 back for more than %m although it was free to leave',
};

function latenessFinding(trends: JudgedTrends, code: 'schedule_lag' | 'send_delay'): Finding | undefined {
  const measured = quantileOf(trends, code, 0.99);
  if (measured === undefined) return undefined;
  const grade = graded(measured, latenessLimitMs(trends));
  if (grade === undefined) return undefined;
  const { level, limit } = grade;
  const happened = latenessWords[code].replace('%m', millisecondsText(measured));
  const detail = `The load generator itself ran late: it ${happened} (limit ${millisecondsText(limit)}). ${relief}`;
  return { level, reason: { code, detail, measured, limit } };
}

function stampErrorFinding(
  trends: JudgedTrends,
  { stampErrorBoundP99Ms: measured }: GeneratorInput,
): Finding | undefined {
  const most = stampErrorLimitMs(trends);
  if (measured === undefined || most === undefined) return undefined;
  const grade = graded(measured, most);
  if (grade === undefined) return undefined;
  const { level, limit } = grade;
  const detail = `The load generator was too busy to look at its connections at once: one time stamp in 100 may be late by ${millisecondsText(measured)} or more (limit ${millisecondsText(limit)}), and each TTFT and gap between tokens as far off. ${relief}`;
  return { level, reason: { code: 'stamp_error_bound', detail, measured, limit } };
}

function runQueueFinding({ runQueueDelayRatio: measured }: GeneratorInput): Finding | undefined {
  const limit = generatorLimits.runQueueDelayRatio;
  if (measured === undefined || measured <= limit) return undefined;
  const detail = `The load generator was ready to run and got no CPU for ${percentText(measured)} of the time (limit ${percentText(limit)}): other programs want the same cores. Stop them, or run the generator on a machine of its own.`;
  return { level: 'suspect', reason: { code: 'run_queue_delay', detail, measured, limit } };
}

/** A sentence for the notes where Redis is far away: nobody can tell the two ways apart from one end. */
export function clockNotes({ clockErrorBoundMs: boundMs }: GeneratorInput): string[] {
  if (boundMs === undefined || boundMs <= generatorLimits.clockErrorMs) return [];
  return [
    `A worker is ${millisecondsText(2 * boundMs)} from Redis, there and back: as far as one way takes longer than the other it starts its requests earlier or later than other regions do, by ${millisecondsText(boundMs)} at the very most. Latencies do not depend on it.`,
  ];
}

function clockFinding({ clockErrorMs: measured }: GeneratorInput): Finding | undefined {
  const limit = generatorLimits.clockErrorMs;
  if (measured === undefined || measured <= limit) return undefined;
  const detail = `The clock of a worker may be ${millisecondsText(measured)} off the run's (limit ${millisecondsText(limit)}): workers do not start their requests together as closely as planned. Check the network between the workers and Redis: answers to the same question take very different times.`;
  return { level: 'suspect', reason: { code: 'clock_error', detail, measured, limit } };
}
