import type { Phase, Workload } from '@tokenstorm/core';
import type { ChatCall } from '@tokenstorm/providers';
import type { TargetClient } from './target-client.ts';

/** One logical request to be made. Times are monotonic ms of this process. */
export interface RequestJob {
  readonly workload: Workload;
  readonly client: TargetClient;
  readonly call: ChatCall;
  readonly phase: Phase;
  readonly arrivalIndex: number;
  readonly intendedStartMs: number;
  /** When the pacer, or the virtual user, handed the request over. */
  readonly handOverMs: number;
  /** By an arrival plan, so that its lateness is measured. */
  readonly scheduled: boolean;
  /** The run's start, which the times of the record count from. */
  readonly runStartMs: number;
}
