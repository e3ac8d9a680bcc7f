import type { Attempt, RequestRecord, Waits } from '@tokenstorm/core';
import type { AdmissionEnd, AdmissionWaits, Admitted, CancelWait } from '../admission/admission.ts';
import type { AttemptParts, AttemptResult, AttemptRun } from './attempt-run.ts';
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
 * itself and gives its place back; between two of them the request holds nothing. The record is given exactly once.
 */
export class Request {
  readonly #job: RequestJob;
  readonly #parts: RequestParts;
  readonly #onRecord: (record: RequestRecord) => void;
  // Where it is: one of these three is there at a time.
  #cancelWait: CancelWait | undefined;
  #attempt: AttemptRun | undefined;
  #cancelBackOff: (() => void) | undefined;
  #backOffSinceMs = 0;
  #admitted: Admitted | undefined;
  #earlier = none;
  #sendDelayMs: number | undefined;
  #rateLimitMs: number | undefined;
  #concurrencyMs = 0;
  #retryMs = 0;
  #isOver = false;

  constructor(job: RequestJob, parts: RequestParts, onRecord: (record: RequestRecord) => void) {
    this.#job = job;
    this.#parts = parts;
    this.#onRecord = onRecord;
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
    const result = this.#attempt?.abort();
    if (result !== undefined) this.#leave(result, 'cut');
    const endMs = result?.endMs ?? this.#parts.clock.nowMs();
    if (this.#cancelWait !== undefined) this.#addWaits(this.#cancelWait(endMs));
    if (this.#cancelBackOff !== undefined) this.#endBackOff(endMs);
    this.#end(result, endMs, true);
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
    this.#attempt = this.#job.client.attempt(this.#job, this.#parts, (result) => this.#onAttemptEnd(result));
    this.#attempt.start();
  }

  #onAttemptEnd(result: AttemptResult): void {
    const { failure } = result;
    this.#leave(result, endingOf(result));
    const waitMs = failure === undefined ? undefined : this.#retryWaitMs(result);
    if (waitMs === undefined) this.#end(result, result.endMs, false);
    else this.#backOff(result, waitMs);
  }

  /** First the place for whoever waits: the rest is bookkeeping. */
  #leave({ endMs, timeline, headers, startMs }: AttemptResult, ending: AdmissionEnd['ending']): void {
    const admitted = this.#admitted;
    this.#attempt = undefined;
    if (admitted === undefined) return;
    admitted.leave({ atMs: endMs, ending, usage: timeline?.usage, headers });
    this.#sendDelayMs ??= startMs - admitted.atMs;
  }

  #retryWaitMs(result: AttemptResult): number | undefined {
    const { retries, clock } = this.#parts;
    return retries.waitMs(this.#job, result, this.#earlier.length + 1, clock.epochMs());
  }

  #backOff(result: AttemptResult, waitMs: number): void {
    const { clock } = this.#parts;
    this.#earlier = [...this.#earlier, attemptRecord(result, this.#job)];
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

  #end(result: AttemptResult | undefined, endMs: number, cancelled: boolean): void {
    this.#isOver = true;
    this.#onRecord(
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

function endingOf({ failure }: AttemptResult): AdmissionEnd['ending'] {
  if (failure === undefined) return 'answered';
  return failure.kind === 'rate-limited' ? 'refused' : 'cut';
}
