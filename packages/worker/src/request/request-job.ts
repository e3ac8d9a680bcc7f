import type { Phase, Prompt, Workload } from '@tokenstorm/core';
import type { ChatCall } from '@tokenstorm/providers';
import type { Admission } from '../admission/admission.ts';
import type { OutputText } from '../tokenizer/output-text.ts';
import type { TargetClient } from './target-client.ts';

/** One logical request to be made. Times are monotonic ms of this process. */
export interface RequestJob {
  readonly workload: Workload;
  readonly client: TargetClient;
  /** Passed by each of its attempts. */
  readonly admission: Admission;
  readonly call: ChatCall;
  /** What the call's messages are; absent where nobody needs to know. */
  readonly prompt?: Prompt;
  /** Keeps the text of the answer; absent where nobody will count it. */
  readonly output?: OutputText;
  readonly phase: Phase;
  readonly arrivalIndex: number;
  readonly intendedStartMs: number;
  /** When the pacer, or the virtual user, handed the request over. */
  readonly handOverMs: number;
  /** By an arrival plan, so that its lateness is measured. */
  readonly scheduled: boolean;
  /** Asked before its first attempt is sent; always, where it is absent. */
  readonly maySend?: () => boolean;
  /** The same before each other attempt. */
  readonly mayRetry?: () => boolean;
  /** The run's start, which the times of the record count from. */
  readonly runStartMs: number;
}
