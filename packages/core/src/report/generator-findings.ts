import type { Finding } from './finding.ts';
import { graded, millisecondsText, percentText } from './finding.ts';
import type { GeneratorInput } from './generator.ts';
import { quantileOf } from './judged-trends.ts';
import type { JudgedTrends } from './judged-trends.ts';

/** Lateness (ms) that is always allowed, and the share of the median TTFT that is. */
const lateness = { floorMs: 20, shareOfTtft: 0.2 };
/** The same for the error of time stamps and the median gap between chunks. */
const stampError = { floorMs: 5, shareOfIcl: 0.2 };
const suspectAbove = { runQueueDelayRatio: 0.1, clockErrorMs: 5 };

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

const latenessWords = {
  schedule_lag: 'started one request in 100 more than %m after its planned start',
  send_delay: 'held one request in 100 back for more than %m although it was free to leave',
};

function latenessFinding(trends: JudgedTrends, code: 'schedule_lag' | 'send_delay'): Finding | undefined {
  const measured = quantileOf(trends, code, 0.99);
  if (measured === undefined) return undefined;
  const ttftMs = quantileOf(trends, 'ttft', 0.5) ?? 0;
  const grade = graded(measured, Math.max(lateness.floorMs, lateness.shareOfTtft * ttftMs));
  if (grade === undefined) return undefined;
  const { level, limit } = grade;
  const happened = latenessWords[code].replace('%m', millisecondsText(measured));
  const detail = `The load generator itself ran late: it ${happened} (limit ${millisecondsText(limit)}). ${relief}`;
  return { level, reason: { code, detail, measured, limit } };
}

/** Only streamed answers have times that such an error could blur. */
function stampErrorFinding(
  trends: JudgedTrends,
  { stampErrorBoundP99Ms: measured }: GeneratorInput,
): Finding | undefined {
  const isStreamed = quantileOf(trends, 'ttft', 0.5) !== undefined;
  if (measured === undefined || !isStreamed) return undefined;
  const iclMs = quantileOf(trends, 'icl', 0.5) ?? 0;
  const grade = graded(measured, Math.max(stampError.floorMs, stampError.shareOfIcl * iclMs));
  if (grade === undefined) return undefined;
  const { level, limit } = grade;
  const detail = `The load generator was too busy to look at its connections at once: one time stamp in 100 may be late by ${millisecondsText(measured)} or more (limit ${millisecondsText(limit)}), and each TTFT and gap between tokens as far off. ${relief}`;
  return { level, reason: { code: 'stamp_error_bound', detail, measured, limit } };
}

function runQueueFinding({ runQueueDelayRatio: measured }: GeneratorInput): Finding | undefined {
  const limit = suspectAbove.runQueueDelayRatio;
  if (measured === undefined || measured <= limit) return undefined;
  const detail = `The load generator was ready to run and got no CPU for ${percentText(measured)} of the time (limit ${percentText(limit)}): other programs want the same cores. Stop them, or run the generator on a machine of its own.`;
  return { level: 'suspect', reason: { code: 'run_queue_delay', detail, measured, limit } };
}

function clockFinding({ clockErrorMs: measured }: GeneratorInput): Finding | undefined {
  const limit = suspectAbove.clockErrorMs;
  if (measured === undefined || measured <= limit) return undefined;
  const detail = `The clock of a worker may be ${millisecondsText(measured)} off the run's (limit ${millisecondsText(limit)}): workers do not start their requests together as closely as planned. Check the network between the workers and what coordinates them.`;
  return { level: 'suspect', reason: { code: 'clock_error', detail, measured, limit } };
}
