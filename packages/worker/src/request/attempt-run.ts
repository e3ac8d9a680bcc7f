import type { Attempt, Clock, RequestFailure, Workload } from '@tokenstorm/core';
import type { ResponseTimeline } from '../stream/response-timeline.ts';
import type { OutputText } from '../tokenizer/output-text.ts';
import type { Deadlines } from '../wire/deadlines.ts';
import type { RequestJob } from './request-job.ts';

/** As much of a request as an attempt at it needs to know. */
export interface AttemptJob extends Pick<RequestJob, 'client' | 'call'> {
  readonly workload: Pick<Workload, 'timeouts'>;
  /** Takes the text of the answer; absent where nobody wants it. */
  readonly output?: Pick<OutputText, 'add'>;
  /** Asked right before each time that it is written to a connection; always, where it is absent. */
  readonly maySend?: () => boolean;
}

/** How one try at a request ended. Times are monotonic ms of this process. */
export interface AttemptResult {
  readonly startMs: number;
  readonly endMs: number;
  /** Absent where no successful response came. */
  readonly timeline?: ResponseTimeline;
  readonly streamed: boolean;
  readonly failure?: RequestFailure;
  /** It might not be sent any more, or not again on another connection: nobody knows what became of it. */
  readonly isGivenUp?: true;
  readonly connection: Attempt['connection'];
  readonly statusCode?: number;
  /** Of the final response, by lower-case name; absent where none came. */
  readonly headers?: Readonly<Record<string, string>>;
  /** When that response's head came; absent where an SDK keeps it to itself. */
  readonly headMs?: number;
  readonly staleReconnects: number;
}

export interface AttemptParts {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
}

/** One try at sending a request, by whatever client: tells how it ended exactly once, or is aborted. */
export interface AttemptRun {
  /** What cannot even be sent has failed too: `onEnd` may be called before this returns. */
  start(): void;
  /** Gives the request up; its connection is closed and `onEnd` is not called any more. Returns what is known of it. */
  abort(): AttemptResult;
}

/** Makes the attempts of a target: with our own client (`Attempt`) or with the vendor's SDK. */
export type AttemptFactory = (
  job: AttemptJob,
  parts: AttemptParts,
  onEnd: (result: AttemptResult) => void,
) => AttemptRun;
