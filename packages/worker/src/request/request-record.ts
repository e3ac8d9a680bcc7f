import type { Attempt, RequestFailure, RequestOutcome, RequestRecord, Waits } from '@tokenstorm/core';
import { ResponseTimeline } from '../stream/response-timeline.ts';
import { timelineFields } from '../stream/timeline-fields.ts';
import type { AttemptResult } from './attempt-run.ts';
import { promptCharacters } from './estimated-input-tokens.ts';
import type { RequestJob } from './request-job.ts';

/** What is known of a request when it is over. Times are monotonic ms of this process. */
export interface RequestCourse {
  readonly job: RequestJob;
  /** Attempts that were followed by a back-off, as `attemptRecord` gives them. */
  readonly earlier: readonly Attempt[];
  /** Its last attempt; absent where it was cancelled while it waited for one. */
  readonly result: AttemptResult | undefined;
  readonly endMs: number;
  /** Absent where no attempt was made. */
  readonly sendDelayMs: number | undefined;
  readonly waits: Waits;
  readonly cancelled: boolean;
}

/** The record of a request: its times from the run's start on. */
export function requestRecord(course: RequestCourse): RequestRecord {
  const { job, result, earlier, sendDelayMs, waits } = course;
  const originMs = job.runStartMs;
  const timeline = result?.timeline ?? new ResponseTimeline();
  const last = result && attemptRecord(result, job, course.cancelled);
  return {
    workload: job.workload.name,
    target: job.client.target.key,
    phase: job.phase,
    arrivalIndex: job.arrivalIndex,
    ...(job.prompt?.row !== undefined && { promptRow: job.prompt.row }),
    ...(job.prompt?.asked !== undefined && { asked: job.prompt.asked }),
    intendedStartMs: job.intendedStartMs - originMs,
    ...(job.scheduled && { scheduleLagMs: job.handOverMs - job.intendedStartMs }),
    ...(sendDelayMs !== undefined && { sendDelayMs }),
    attempts: last === undefined ? earlier : earlier.length === 0 ? [last] : [...earlier, last],
    endMs: course.endMs - originMs,
    ...timelineFields(timeline, { originMs, promptCharacters: promptCharacters(job.call) }),
    streamed: result?.streamed ?? job.call.stream,
    waits,
    outcome: outcomeOf(course),
    ...(last?.failure !== undefined && { failure: last.failure }),
  };
}

/** The record of an attempt of this request; one that was cancelled has not failed. */
export function attemptRecord(result: AttemptResult, job: RequestJob, cancelled = false): Attempt {
  const { startMs, endMs, connection, staleReconnects, statusCode, failure } = result;
  return {
    startMs: startMs - job.runStartMs,
    endMs: endMs - job.runStartMs,
    connection,
    staleReconnects,
    ...(statusCode !== undefined && { statusCode }),
    ...(failure !== undefined && !cancelled && { failure: concealed(failure, job) }),
  };
}

function concealed({ kind, message }: RequestFailure, { client }: RequestJob): RequestFailure {
  return { kind, message: client.conceal(message) };
}

function outcomeOf({ cancelled, result }: RequestCourse): RequestOutcome {
  if (cancelled) return 'cancelled';
  return result?.failure === undefined ? 'completed' : 'failed';
}
