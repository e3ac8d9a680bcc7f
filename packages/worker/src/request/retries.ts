import { Random } from '@tokenstorm/core';
import type { RequestErrorKind, RetryPolicy } from '@tokenstorm/core';
import { retryAfterMs } from '@tokenstorm/providers';
import type { AttemptResult } from './attempt-run.ts';
import type { RequestJob } from './request-job.ts';

/**
 * Failures that another attempt may not meet: the server or the way to it had no room, or broke before it said anything.
 * Not among them: what is wrong with the request or with us (auth, client-error, tls, protocol, generator), a whole
 * answer that is none (empty, content-filter: it was made and billed), and the timeouts that end a request by design.
 */
const retryableKinds: ReadonlySet<RequestErrorKind> = new Set<RequestErrorKind>([
  'connect',
  'connect-timeout',
  'reset',
  'rate-limited',
  'overloaded',
  'server-error',
  'first-token-timeout',
  'stream-error',
  'stream-truncated',
]);

/** Decides which failed attempts are followed by another one, and when. */
export class Retries {
  readonly #policy: RetryPolicy;
  readonly #seed: number;

  /** The seed is the run's: with the same one, the same requests wait for the same times. */
  constructor(policy: RetryPolicy, seed: number) {
    this.#policy = policy;
    this.#seed = seed;
  }

  /**
   * Ms from now to the next attempt after `failedAttempts` (from 1) failed ones, of which this is the last; `undefined`
   * where there is none: content had come, the kind is not one to try again, the attempts are used up, or the server
   * asks (Retry-After) for a longer pause than the request may take at all.
   */
  waitMs(
    job: RequestJob,
    last: AttemptResult,
    failedAttempts: number,
    nowEpochMs: number,
  ): number | undefined {
    if (failedAttempts >= this.#policy.maxAttempts || !isRetryable(last)) return undefined;
    const askedMs = retryAfterMs(last.headers ?? {}, nowEpochMs) ?? 0;
    if (askedMs > job.workload.timeouts.totalMs) return undefined;
    return Math.max(askedMs, this.#backoffMs(job, failedAttempts));
  }

  /** Full jitter (M. Brooker, "Exponential Backoff and Jitter", AWS, 2015): uniform from 0 to the exponential's value. */
  #backoffMs({ workload, client, arrivalIndex }: RequestJob, failedAttempts: number): number {
    const { initialBackoffMs, maxBackoffMs } = this.#policy;
    const mostMs = Math.min(maxBackoffMs, initialBackoffMs * 2 ** (failedAttempts - 1));
    const names = [this.#seed, workload.name, client.target.key, 'retry', arrivalIndex, failedAttempts];
    return new Random(names.join('/')).nextUnit() * mostMs;
  }
}

function isRetryable({ failure, timeline }: AttemptResult): boolean {
  const hasContent = timeline?.firstTokenMs !== undefined;
  return failure !== undefined && !hasContent && retryableKinds.has(failure.kind);
}
