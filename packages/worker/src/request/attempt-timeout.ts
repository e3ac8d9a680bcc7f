import type { RequestFailure, Timeouts } from '@tokenstorm/core';

/** Where an attempt stood when its deadline passed. Times are monotonic ms of this process. */
interface Expired {
  readonly startMs: number;
  readonly deadlineMs: number;
  /** Silence was being watched for, not the first content. */
  readonly isUnderWay: boolean;
}

/** Which of an attempt's timeouts has passed: the total one where both have. */
export function attemptTimeout(
  { totalMs, firstTokenMs, idleMs }: Timeouts,
  { startMs, deadlineMs, isUnderWay }: Expired,
): RequestFailure {
  if (deadlineMs >= startMs + totalMs) {
    return { kind: 'request-timeout', message: `not complete after ${totalMs} ms` };
  }
  if (isUnderWay) {
    return { kind: 'idle-timeout', message: `nothing came for ${idleMs} ms in the middle of the response` };
  }
  return { kind: 'first-token-timeout', message: `no content after ${firstTokenMs} ms` };
}
