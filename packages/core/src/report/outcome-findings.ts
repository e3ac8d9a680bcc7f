import type { Accounting } from '../metrics/snapshot.ts';
import type { Finding } from './finding.ts';
import { countText, millisecondsText, percentText, shareText } from './finding.ts';
import { isHeldByLimits } from './judged-trends.ts';
import type { JudgedTrends } from './judged-trends.ts';
import { kneeCompletionRatio, passedKnee } from './load-course.ts';
import type { LoadCourse } from './load-course.ts';

/** Output tokens of the same answers, counted twice. */
export interface TokenCounts {
  readonly provider: number;
  readonly tokenizer: number;
}

/** The most that shares of requests, and of counted tokens, may be. */
export const outcomeLimits = { lostRatio: 0.01, droppedRatio: 0.01, errorRatio: 0.5, tokenCountRatio: 0.1 };

/** Any lost request makes a run suspect, more than 1 % make it invalid. */
export function lostFinding({ lost, scheduled }: Accounting): Finding | undefined {
  if (lost === 0) return undefined;
  const measured = lost / scheduled;
  const level = measured > outcomeLimits.lostRatio ? 'invalid' : 'suspect';
  const limit = level === 'invalid' ? outcomeLimits.lostRatio : 0;
  const detail = `${shareText(lost, scheduled, 'requests')} are lost: whoever sent them stopped before the outcome was known (limit ${percentText(limit)}). Find out what ended it.`;
  return { level, reason: { code: 'lost', detail, measured, limit } };
}

/** Who was lost, and when. */
export interface LostWorkerInput {
  readonly region: string;
  /** Nothing is known of its part of the load after so many ms from the run's start. */
  readonly atMs: number;
}

/** A run that the loss of a worker ended is none of what was planned. */
export function lostWorkerFinding(lost: LostWorkerInput | undefined): Finding | undefined {
  if (lost === undefined) return undefined;
  const detail = `A worker in ${lost.region} was lost ${(lost.atMs / 1000).toFixed(1)} s after the start, which ended the run: on_worker_loss is \`fail\`. Find out what ended it, or let its part go on elsewhere with \`resume\`.`;
  return { level: 'invalid', reason: { code: 'worker_lost', detail, measured: 1, limit: 0 } };
}

/** Nobody knows what came of the rest of their load: at best suspect. */
export function missingFinding(missingShards = 0): Finding | undefined {
  if (missingShards === 0) return undefined;
  const parts = missingShards === 1 ? '1 part of the load' : `${countText(missingShards)} parts of the load`;
  const detail = `${parts} never came to an end: nobody had them any more, or whoever had them could not tell. What they sent later is not in these numbers, what they did not send is missing in the load; \`gaps\` says since when.`;
  return { level: 'suspect', reason: { code: 'incomplete', detail, measured: missingShards, limit: 0 } };
}

const pastKnee =
  "this rate is above the server's capacity; the percentiles depend on how long you ran. Lower the rate until this reason is gone.";

interface KneeInput {
  readonly accounting: Accounting;
  readonly courses: readonly LoadCourse[];
  readonly trends: JudgedTrends;
}

/** Arrivals that were dropped while requests waited for a limit say nothing of the server: a sentence for the notes. */
export function limitDropNotes({ accounting, trends }: Omit<KneeInput, 'courses'>): readonly string[] {
  const { dropped, scheduled } = accounting;
  if (dropped === 0 || !isHeldByLimits(trends)) return [];
  return [
    `${shareText(dropped, scheduled, 'arrivals')} were dropped because max_in_flight was reached by requests that waited for a limit of the scenario: it allows less than the load asks for.`,
  ];
}

/** The server fell behind the rate: said once, whether arrivals had to be dropped or its queue grew. */
export function kneeFinding({ accounting, courses, trends }: KneeInput): Finding | undefined {
  const dropped = isHeldByLimits(trends) ? undefined : droppedFinding(accounting);
  return dropped ?? courses.map(queueFinding).find((finding) => finding !== undefined);
}

function queueFinding(course: LoadCourse): Finding | undefined {
  const knee = passedKnee(course);
  if (knee === undefined) return undefined;
  const { scenario, arrivals, completed, ttftBeforeMs, ttftAfterMs } = knee;
  const fell = `in the second half ${shareText(completed, arrivals, 'arrivals')} were completed (limit ${percentText(kneeCompletionRatio)})`;
  const grew = `its median TTFT grew from ${millisecondsText(ttftBeforeMs)} to ${millisecondsText(ttftAfterMs)}`;
  const detail = `The server's queue grows under ${scenario}: ${fell} and ${grew}: ${pastKnee}`;
  const reason = { code: 'past_knee', detail, measured: completed / arrivals, limit: kneeCompletionRatio };
  return { level: 'suspect', reason };
}

function droppedFinding({ dropped, scheduled }: Accounting): Finding | undefined {
  const limit = outcomeLimits.droppedRatio;
  if (dropped <= limit * scheduled) return undefined;
  const detail = `${shareText(dropped, scheduled, 'arrivals')} were dropped because max_in_flight was reached (limit ${percentText(limit)}): ${pastKnee}`;
  return { level: 'suspect', reason: { code: 'past_knee', detail, measured: dropped / scheduled, limit } };
}

/** More than half of the answered requests failed. */
export function errorFinding({ failed, completed }: Accounting): Finding | undefined {
  const answered = completed + failed;
  const limit = outcomeLimits.errorRatio;
  if (failed <= limit * answered) return undefined;
  const detail = `${shareText(failed, answered, 'requests')} failed (limit ${percentText(limit)})${completed === 0 ? '' : ': the latencies are those of the few that did not'}.`;
  return { level: 'suspect', reason: { code: 'errors', detail, measured: failed / answered, limit } };
}

/** Provider and tokenizer disagree: measured by the tokenizer's count. */
export function tokenCountFinding(counts: TokenCounts | undefined): Finding | undefined {
  if (counts === undefined || counts.provider === counts.tokenizer) return undefined;
  const { provider, tokenizer } = counts;
  const measured = tokenizer === 0 ? 1 : Math.abs(provider - tokenizer) / tokenizer;
  const limit = outcomeLimits.tokenCountRatio;
  if (measured <= limit) return undefined;
  const detail = `Of the same answers the provider counted ${countText(provider)} output tokens and the tokenizer ${countText(tokenizer)}: ${percentText(measured)} apart (limit ${percentText(limit)}). Figures per token follow the provider; check that the tokenizer is the model's own.`;
  return { level: 'suspect', reason: { code: 'token_counts', detail, measured, limit } };
}
