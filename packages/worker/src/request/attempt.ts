import type { RequestFailure } from '@tokenstorm/core';
import type { ResponseBody } from '../stream/response-body.ts';
import { StreamedBody } from '../stream/streamed-body.ts';
import { failureOf } from '../stream/timeline-outcome.ts';
import { WholeBody } from '../stream/whole-body.ts';
import type { Deadline } from '../wire/deadlines.ts';
import type { ResponseHead, ResponseObserver, WireFailure, WireRequest } from '../wire/wire-client.ts';
import type { AttemptFactory, AttemptJob, AttemptParts, AttemptResult, AttemptRun } from './attempt-run.ts';
import { attemptTimeout } from './attempt-timeout.ts';
import { ErrorBody } from './error-body.ts';
import { generatorFailure } from './generator-failure.ts';

/** Attempts with our own client. */
export const wireAttempt: AttemptFactory = (job, parts, onEnd) => new Attempt(job, parts, onEnd);

/** One try at sending a request: writes it, reads what comes back, watches its timeouts. */
class Attempt implements AttemptRun, ResponseObserver, Deadline {
  readonly #job: AttemptJob;
  readonly #parts: AttemptParts;
  readonly #onEnd: (result: AttemptResult) => void;
  #startMs = 0;
  #wire: WireRequest | undefined;
  #head: ResponseHead | undefined;
  #headMs = 0;
  #body: ResponseBody | undefined;
  #errorBody: ErrorBody | undefined;
  /** From here on silence is what is watched for, not the first content. */
  #isUnderWay = false;
  #isOver = false;
  #givingUp: NodeJS.Immediate | undefined;
  deadlineMs = Infinity;

  constructor(job: AttemptJob, parts: AttemptParts, onEnd: (result: AttemptResult) => void) {
    this.#job = job;
    this.#parts = parts;
    this.#onEnd = onEnd;
  }

  /** What cannot even be sent has failed too: `onEnd` may be called before this returns. */
  start(): void {
    const { client, call, workload } = this.#job;
    try {
      const request = client.provider.request(call, client.target);
      this.#startMs = this.#parts.clock.nowMs();
      this.deadlineMs = this.#startMs + Math.min(workload.timeouts.totalMs, this.#firstTokenMs());
      this.#parts.deadlines.watch(this);
      this.#wire = client.http.send(request, this, client.sendOptions);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  /** Gives the request up; its connection is closed. Returns what is known of it. */
  abort(): AttemptResult {
    clearImmediate(this.#givingUp);
    this.#parts.deadlines.unwatch(this);
    this.#wire?.abort();
    return this.#result(this.#parts.clock.nowMs());
  }

  mayWrite(): boolean {
    if (this.#job.maySend === undefined || this.#job.maySend()) return true;
    this.#parts.deadlines.unwatch(this);
    // Not yet: whoever sends it has not got the request in hand.
    this.#givingUp = setImmediate(() => this.#giveUp());
    return false;
  }

  onHead(head: ResponseHead, atMs: number): void {
    const { client } = this.#job;
    this.#head = head;
    this.#headMs = atMs;
    if (head.statusCode < 200 || head.statusCode > 299) {
      this.#errorBody = new ErrorBody(client, head.statusCode);
    } else if (this.#job.call.stream && !isJson(head)) {
      this.#body = new StreamedBody(client.provider.decoder(), this.#job.output?.add);
    } else {
      this.#body = new WholeBody(client.provider.decoder(), this.#job.output?.add);
    }
  }

  onBody(buffer: Buffer, start: number, end: number, atMs: number): void {
    try {
      this.#errorBody?.read(buffer, start, end);
      this.#body?.read(buffer, start, end, atMs);
    } catch (cause) {
      this.#fail(cause);
      return;
    }
    if (this.#isCutOff) return this.#cutOff(atMs);
    this.#isUnderWay ||= this.#hasBegun();
    if (!this.#isUnderWay) return;
    const { totalMs, idleMs } = this.#job.workload.timeouts;
    this.deadlineMs = Math.min(this.#startMs + totalMs, atMs + idleMs);
  }

  onEnd(atMs: number): void {
    try {
      this.#body?.end();
      this.#end(atMs, this.#errorBody?.failure() ?? this.#bodyFailure());
    } catch (cause) {
      this.#fail(cause);
    }
  }

  onFailure(failure: WireFailure, atMs: number): void {
    this.#endEarly(atMs, failure);
  }

  onExpire(atMs: number): void {
    this.#wire?.abort();
    this.#endEarly(atMs, this.#timeout());
  }

  /** The response did not come to its own end. What it said until then counts more: its status, or its end mark. */
  #endEarly(atMs: number, reason: RequestFailure): void {
    const isComplete = this.#body?.timeline.hasEnded === true;
    this.#end(atMs, this.#errorBody?.failure() ?? (isComplete ? this.#bodyFailure() : reason));
  }

  /** It has more than anybody wants of it. */
  get #isCutOff(): boolean {
    return this.#body?.timeline.isCutOff === true || this.#errorBody?.isEndless === true;
  }

  #cutOff(atMs: number): void {
    this.#wire?.abort();
    this.#end(atMs, this.#errorBody?.failure() ?? this.#bodyFailure());
  }

  /** A response that is not streamed is under way once it has begun, a stream once it has content. */
  #hasBegun(): boolean {
    return this.#body instanceof StreamedBody ? this.#body.timeline.firstTokenMs !== undefined : true;
  }

  /** A fault of ours is a failed request, or the accounting would miss one. */
  #fail(cause: unknown): void {
    if (this.#isOver) throw cause;
    const nowMs = this.#parts.clock.nowMs();
    if (this.#wire === undefined) this.#startMs = nowMs;
    this.#wire?.abort();
    this.#end(nowMs, generatorFailure(cause, this.#job.client.target.apiKey));
  }

  #giveUp(): void {
    this.#isOver = true;
    this.#onEnd({ ...this.#result(this.#parts.clock.nowMs()), isGivenUp: true });
  }

  #end(atMs: number, failure: RequestFailure | undefined): void {
    this.#isOver = true;
    this.#parts.deadlines.unwatch(this);
    this.#onEnd(this.#result(atMs, failure));
  }

  #result(endMs: number, failure?: RequestFailure): AttemptResult {
    return {
      startMs: this.#startMs,
      endMs,
      streamed: this.#body === undefined ? this.#job.call.stream : this.#body instanceof StreamedBody,
      connection: this.#wire?.connection ?? { reused: false },
      staleReconnects: this.#wire?.staleReconnects ?? 0,
      ...(this.#body !== undefined && { timeline: this.#body.timeline }),
      ...this.#headFields(),
      ...(failure !== undefined && { failure }),
    };
  }

  #headFields(): Pick<AttemptResult, 'statusCode' | 'headers' | 'headMs'> {
    if (this.#head === undefined) return {};
    const { statusCode, headers } = this.#head;
    return { statusCode, headers, headMs: this.#headMs };
  }

  #bodyFailure(): RequestFailure | undefined {
    return this.#body && failureOf(this.#body.timeline, this.#job.client.target.apiKey);
  }

  /** A response that is not streamed has no first token to wait for. */
  #firstTokenMs(): number {
    return this.#job.call.stream ? this.#job.workload.timeouts.firstTokenMs : Infinity;
  }

  #timeout(): RequestFailure {
    const { deadlineMs } = this;
    const expired = { startMs: this.#startMs, deadlineMs, isUnderWay: this.#isUnderWay };
    return attemptTimeout(this.#job.workload.timeouts, expired);
  }
}

function isJson(head: ResponseHead): boolean {
  return head.headers['content-type']?.includes('json') === true;
}
