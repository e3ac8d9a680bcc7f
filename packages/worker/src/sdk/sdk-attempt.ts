import type { RequestFailure } from '@tokenstorm/core';
import type {
  AttemptFactory,
  AttemptJob,
  AttemptParts,
  AttemptResult,
  AttemptRun,
} from '../request/attempt-run.ts';
import { attemptTimeout } from '../request/attempt-timeout.ts';
import { emitEvents } from '../stream/emit-events.ts';
import { maxContentEvents } from '../stream/response-limits.ts';
import { ResponseTimeline } from '../stream/response-timeline.ts';
import { tooManyEvents } from '../stream/streamed-body.ts';
import { failureOf } from '../stream/timeline-outcome.ts';
import type { Deadline } from '../wire/deadlines.ts';
import type { SdkClient, SdkResponse } from './sdk-client.ts';
import { sdkFailure } from './sdk-failure.ts';

/** Attempts with a vendor's SDK. */
export function sdkAttempt(sdk: Promise<SdkClient>): AttemptFactory {
  return (job, parts, onEnd) => new SdkAttempt(sdk, job, parts, onEnd);
}

/**
 * One try at sending a request by a vendor's SDK. An event's stamp is taken when the SDK hands it over, which is what a
 * user of that SDK sees. How the connection was made is not known here.
 */
class SdkAttempt implements AttemptRun, Deadline {
  readonly #sdk: Promise<SdkClient>;
  readonly #job: AttemptJob;
  readonly #parts: AttemptParts;
  readonly #onEnd: (result: AttemptResult) => void;
  readonly #abort = new AbortController();
  readonly #timeline = new ResponseTimeline();
  #startMs = 0;
  #response: { readonly statusCode: number; readonly headers: Record<string, string> } | undefined;
  #isOver = false;
  deadlineMs = Infinity;

  constructor(
    sdk: Promise<SdkClient>,
    job: AttemptJob,
    parts: AttemptParts,
    onEnd: (result: AttemptResult) => void,
  ) {
    this.#sdk = sdk;
    this.#job = job;
    this.#parts = parts;
    this.#onEnd = onEnd;
  }

  start(): void {
    const { call, workload } = this.#job;
    const { totalMs, firstTokenMs } = workload.timeouts;
    this.#startMs = this.#parts.clock.nowMs();
    this.deadlineMs = this.#startMs + (call.stream ? Math.min(totalMs, firstTokenMs) : totalMs);
    this.#parts.deadlines.watch(this);
    void this.#run();
  }

  abort(): AttemptResult {
    this.#close();
    return this.#result(this.#parts.clock.nowMs());
  }

  onExpire(atMs: number): void {
    const { timeouts } = this.#job.workload;
    const { deadlineMs } = this;
    const isUnderWay = this.#timeline.firstTokenMs !== undefined;
    const failure = attemptTimeout(timeouts, { startMs: this.#startMs, deadlineMs, isUnderWay });
    this.#end(atMs, this.#timeline.hasEnded ? this.#bodyFailure() : failure);
  }

  /** What fails while the request is recorded is a fault of ours, and not caught here as one of the SDK. */
  async #run(): Promise<void> {
    let failure: RequestFailure | undefined;
    try {
      await this.#send();
      failure = this.#bodyFailure();
    } catch (cause) {
      failure = this.#failureOf(cause);
    }
    this.#end(this.#parts.clock.nowMs(), failure);
  }

  #failureOf(cause: unknown): RequestFailure {
    const { failure, statusCode, headers = {} } = sdkFailure(cause, this.#job.client);
    if (statusCode !== undefined) this.#response = { statusCode, headers };
    return failure;
  }

  async #send(): Promise<void> {
    const { call, client } = this.#job;
    const sdk = await this.#sdk;
    if (this.#job.maySend?.() === false) return this.#giveUp();
    const body = JSON.parse(client.provider.request(call, client.target).body) as Record<string, unknown>;
    const response = await sdk.send({ body, headers: call.headers, signal: this.#abort.signal });
    this.#response = { statusCode: response.statusCode, headers: Object.fromEntries(response.headers) };
    await (call.stream ? this.#stream(response) : this.#whole(response));
  }

  async #stream({ chunks }: SdkResponse): Promise<void> {
    const { clock } = this.#parts;
    const decoder = this.#job.client.provider.decoder();
    const { totalMs, idleMs } = this.#job.workload.timeouts;
    for await (const chunk of chunks) {
      if (this.#isOver) return;
      const atMs = clock.nowMs();
      this.#timeline.read(atMs);
      emitEvents(decoder.chunk(chunk), this.#timeline, this.#job.output?.add);
      if (this.#timeline.contentEvents > maxContentEvents) return this.#timeline.cutOff(tooManyEvents);
      if (this.#timeline.firstTokenMs === undefined) continue;
      this.deadlineMs = Math.min(this.#startMs + totalMs, atMs + idleMs);
    }
  }

  async #whole({ chunks }: SdkResponse): Promise<void> {
    const decoder = this.#job.client.provider.decoder();
    for await (const body of chunks) {
      if (this.#isOver) return;
      this.#timeline.read(this.#parts.clock.nowMs());
      emitEvents(decoder.body(JSON.stringify(body)), this.#timeline, this.#job.output?.add);
    }
  }

  #bodyFailure(): RequestFailure | undefined {
    return failureOf(this.#timeline, this.#job.client.target.apiKey);
  }

  #giveUp(): void {
    if (this.#isOver) return;
    this.#close();
    this.#onEnd({ ...this.#result(this.#parts.clock.nowMs()), isGivenUp: true });
  }

  #end(atMs: number, failure: RequestFailure | undefined): void {
    if (this.#isOver) return;
    this.#close();
    this.#onEnd(this.#result(atMs, failure));
  }

  #close(): void {
    this.#isOver = true;
    this.#parts.deadlines.unwatch(this);
    this.#abort.abort();
  }

  #result(endMs: number, failure?: RequestFailure): AttemptResult {
    const isSuccess = this.#response !== undefined && this.#response.statusCode < 300;
    return {
      startMs: this.#startMs,
      endMs,
      streamed: this.#job.call.stream,
      connection: { reused: true },
      staleReconnects: 0,
      ...(isSuccess && { timeline: this.#timeline }),
      ...this.#response,
      ...(failure !== undefined && { failure }),
    };
  }
}
