import type { Attempt, RequestRecord, Waits } from '@tokenstorm/core';
import type { AdmissionEnd, AdmissionWaits, Admitted, CancelWait } from '../admission/admission.ts';
import { admissionEnd, cutAdmissionEnd } from './admission-end.ts';
import type { AttemptJob, AttemptParts, AttemptResult, AttemptRun } from './attempt-run.ts';
import { estimatedInputTokens } from './estimated-input-tokens.ts';
import type { RequestJob } from './request-job.ts';
import { attemptRecord, requestRecord } from './request-record.ts';
import type { Retries } from './retries.ts';
import { waitUntil } from './wait-until.ts';

export interface RequestParts extends AttemptParts {
  readonly retries: Retries;
}

/** Of a request that was not retried. */
const none: readonly Attempt[] = [];

/**
 * One logical request, from its hand-over to its record, over one attempt or several. Each attempt passes admission by
 * itself and gives its place back; between two of them the request holds nothing. Its end is told exactly once, with the
 * record, or without where nobody knows what became of it.
 */
export class Request {
  readonly #job: RequestJob;
  readonly #parts: RequestParts;
  readonly #onEnd: (record: RequestRecord | undefined) => void;
  // Where it is: one of these three is there at a time.
  #cancelWait: CancelWait | undefined;
  #attempt: AttemptRun | undefined;
  #cancelBackOff: (() => void) | undefined;
  #backOffSinceMs = 0;
  #admitted: Admitted | undefined;
  #earlier = none;
  /** The last attempt, where it failed and another one is to follow. */
  #failed: AttemptResult | undefined;
  #sendDelayMs: number | undefined;
  #rateLimitMs: number | undefined;
  #concurrencyMs = 0;
  #retryMs = 0;
  #isOver = false;

  constructor(job: RequestJob, parts: RequestParts, onEnd: (record: RequestRecord | undefined) => void) {
    this.#job = job;
    this.#parts = parts;
    this.#onEnd = onEnd;
  }

  start(): void {
    this.#enter(this.#job.handOverMs);
  }

  /** No attempt is on its way: it holds no place that its end would give to another request. */
  get isWaiting(): boolean {
    return this.#attempt === undefined;
  }

  /** Gives the request up, wherever it is. Harmless once it is over. */
  cancel(): void {
    if (this.#isOver) return;
    const { result, endMs } = this.#halt();
    this.#end(result, endMs, true);
  }

  /** The same without a record: what was measured of it is not true. */
  abandon(): void {
    if (this.#isOver) return;
    this.#halt();
    this.#endUnknown();
  }

  /** Ends it where it waits for a send that may not happen any more. */
  endVainWait(): void {
    if (this.#isOver || this.#attempt !== undefined || this.#mayBeSent) return;
    this.#halt();
    this.#endUnsent();
  }

  /** Stops whatever it does; with the result of an attempt under way. */
  #halt(): { readonly result: AttemptResult | undefined; readonly endMs: number } {
    const result = this.#attempt?.abort();
    if (result !== undefined) this.#leave(result, cutAdmissionEnd(result));
    const endMs = result?.endMs ?? this.#parts.clock.nowMs();
    if (this.#cancelWait !== undefined) this.#addWaits(this.#cancelWait(endMs));
    this.#cancelWait = undefined;
    if (this.#cancelBackOff !== undefined) this.#endBackOff(endMs);
    return { result, endMs };
  }

  #enter(nowMs: number): void {
    const { admission, call } = this.#job;
    const ask = { nowMs, inputTokens: estimatedInputTokens(call), maxTokens: call.maxTokens };
    // Where it is admitted at once, there is nothing to cancel.
    this.#cancelWait = admission.enter(ask, (admitted) => this.#admit(admitted));
  }

  #admit(admitted: Admitted): void {
    this.#cancelWait = undefined;
    this.#admitted = admitted;
    this.#addWaits(admitted);
    if (!this.#mayBeSent) return this.#turnBack(admitted);
    this.#attempt = this.#job.client.attempt(this.#attemptJob, this.#parts, (result) =>
      this.#onAttemptEnd(result),
    );
    this.#attempt.start();
  }

  get #attemptJob(): AttemptJob {
    const job = this.#job;
    if (this.#failed === undefined || job.mayRetry === undefined) return job;
    return { ...job, maySend: job.mayRetry };
  }

  get #mayBeSent(): boolean {
    const { maySend, mayRetry } = this.#job;
    const ask = this.#failed === undefined ? maySend : mayRetry;
    return ask === undefined || ask();
  }

  /** It has its place, and may not use it. */
  #turnBack(admitted: Admitted): void {
    const atMs = this.#parts.clock.nowMs();
    admitted.leave({ atMs, ending: 'cut', noWork: 'unsent', usage: undefined, headers: undefined });
    this.#endUnsent();
  }

  #onAttemptEnd(result: AttemptResult): void {
    const { failure } = result;
    this.#leave(result, admissionEnd(result));
    if (result.isGivenUp) return this.#endUnsent();
    const waitMs = failure === undefined ? undefined : this.#retryWaitMs(result);
    if (waitMs === undefined) this.#end(result, result.endMs, false);
    else this.#backOff(result, waitMs);
  }

  /** First the place for whoever waits: the rest is bookkeeping. */
  #leave({ startMs }: AttemptResult, end: AdmissionEnd): void {
    const admitted = this.#admitted;
    this.#attempt = undefined;
    if (admitted === undefined) return;
    admitted.leave(end);
    this.#sendDelayMs ??= startMs - admitted.atMs;
  }

  #retryWaitMs(result: AttemptResult): number | undefined {
    const { retries, clock } = this.#parts;
    if (this.#job.mayRetry?.() === false) return undefined;
    return retries.waitMs(this.#job, result, this.#earlier.length + 1, clock.epochMs());
  }

  #backOff(result: AttemptResult, waitMs: number): void {
    const { clock } = this.#parts;
    this.#earlier = [...this.#earlier, attemptRecord(result, this.#job)];
    this.#failed = result;
    this.#backOffSinceMs = result.endMs;
    this.#cancelBackOff = waitUntil(clock, clock.nowMs() + waitMs, () => this.#tryAgain());
  }

  #tryAgain(): void {
    const nowMs = this.#parts.clock.nowMs();
    this.#endBackOff(nowMs);
    this.#enter(nowMs);
  }

  #endBackOff(atMs: number): void {
    this.#cancelBackOff?.();
    this.#cancelBackOff = undefined;
    this.#retryMs += atMs - this.#backOffSinceMs;
  }

  #addWaits({ rateLimitMs, concurrencyMs }: AdmissionWaits): void {
    if (rateLimitMs !== undefined) this.#rateLimitMs = (this.#rateLimitMs ?? 0) + rateLimitMs;
    this.#concurrencyMs += concurrencyMs;
  }

  #waits(): Waits {
    const waits = { concurrencyMs: this.#concurrencyMs, retryMs: this.#retryMs };
    return this.#rateLimitMs === undefined ? waits : { rateLimitMs: this.#rateLimitMs, ...waits };
  }

  /** What failed before is known, and the last word on it. */
  #endUnsent(): void {
    const failed = this.#failed;
    if (failed === undefined) return this.#endUnknown();
    this.#earlier = this.#earlier.slice(0, -1);
    this.#end(failed, failed.endMs, false);
  }

  #endUnknown(): void {
    this.#isOver = true;
    this.#onEnd(undefined);
  }

  #end(result: AttemptResult | undefined, endMs: number, cancelled: boolean): void {
    this.#isOver = true;
    this.#onEnd(
      requestRecord({
        job: this.#job,
        earlier: this.#earlier,
        result,
        endMs,
        sendDelayMs: this.#sendDelayMs,
        waits: this.#waits(),
        cancelled,
      }),
    );
  }
}
