import type { Attempt, RequestOutcome, RequestRecord } from '@tokenstorm/core';
import { ResponseTimeline } from '../stream/response-timeline.ts';
import { timelineFields } from '../stream/timeline-fields.ts';
import type { AttemptResult } from './attempt.ts';
import type { RequestJob } from './request-job.ts';

/** What is known of a request when it is over. Times are monotonic ms of this process. */
export interface RequestCourse {
  readonly job: RequestJob;
  /** The moment its last permit was due; of one that never got it, its end. */
  readonly admittedMs: number;
  readonly endMs: number;
  /** Absent where it was cancelled before it was sent. */
  readonly result: AttemptResult | undefined;
  readonly cancelled: boolean;
}

/** The record of a request: its times from the run's start on. */
export function requestRecord(course: RequestCourse): RequestRecord {
  const { job, result, admittedMs } = course;
  const originMs = job.runStartMs;
  const timeline = result?.timeline ?? new ResponseTimeline();
  const failure = course.cancelled ? undefined : result?.failure;
  return {
    workload: job.workload.name,
    target: job.client.target.key,
    phase: job.phase,
    arrivalIndex: job.arrivalIndex,
    intendedStartMs: job.intendedStartMs - originMs,
    ...(job.scheduled && { scheduleLagMs: job.handOverMs - job.intendedStartMs }),
    ...(result !== undefined && { sendDelayMs: result.startMs - admittedMs }),
    attempts: result === undefined ? [] : [attemptOf(result, originMs)],
    endMs: course.endMs - originMs,
    ...timelineFields(timeline, { originMs, promptCharacters: promptCharacters(job) }),
    streamed: result?.streamed ?? job.call.stream,
    waits: { rateLimitMs: 0, concurrencyMs: admittedMs - job.handOverMs, retryMs: 0 },
    outcome: outcomeOf(course),
    ...(failure !== undefined && {
      failure: { kind: failure.kind, message: job.client.conceal(failure.message) },
    }),
  };
}

function outcomeOf({ cancelled, result }: RequestCourse): RequestOutcome {
  if (cancelled) return 'cancelled';
  return result?.failure === undefined ? 'completed' : 'failed';
}

function attemptOf(result: AttemptResult, originMs: number): Attempt {
  const { startMs, endMs, connection, staleReconnects, statusCode } = result;
  return {
    startMs: startMs - originMs,
    endMs: endMs - originMs,
    connection,
    staleReconnects,
    ...(statusCode !== undefined && { statusCode }),
  };
}

function promptCharacters(job: RequestJob): number {
  return job.call.messages.reduce((sum, message) => sum + message.content.length, 0);
}
