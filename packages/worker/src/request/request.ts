import type { RequestFailure, RequestRecord } from '@tokenstorm/core';
import { Attempt } from './attempt.ts';
import type { AttemptParts, AttemptResult } from './attempt.ts';
import type { CancelWait, ConcurrencyGate } from './concurrency-gate.ts';
import type { RequestJob } from './request-job.ts';
import { requestRecord } from './request-record.ts';

export interface RequestParts extends AttemptParts {
  readonly gate: ConcurrencyGate;
}

/** One logical request, from its hand-over to its record. The record is given exactly once. */
export class Request {
  readonly #job: RequestJob;
  readonly #parts: RequestParts;
  readonly #onRecord: (record: RequestRecord) => void;
  #cancelWait: CancelWait | undefined;
  #attempt: Attempt | undefined;
  #admittedMs: number | undefined;
  #isOver = false;

  constructor(job: RequestJob, parts: RequestParts, onRecord: (record: RequestRecord) => void) {
    this.#job = job;
    this.#parts = parts;
    this.#onRecord = onRecord;
  }

  start(): void {
    this.#cancelWait = this.#parts.gate.enter(this.#job.handOverMs, (atMs) => this.#admit(atMs));
  }

  /** Gives the request up, wherever it is. Harmless once it is over. */
  cancel(): void {
    if (this.#isOver) return;
    this.#cancelWait?.();
    this.#end(this.#attempt?.abort(), true);
  }

  #admit(atMs: number): void {
    this.#admittedMs = atMs;
    this.#attempt = new Attempt(this.#job, this.#parts, (result) => this.#end(result, false));
    try {
      this.#attempt.start();
    } catch (cause) {
      // Whatever we could not even send is a record too, or the accounting would miss a request.
      this.#end({ ...this.#attempt.abort(), failure: generatorFailure(cause) }, false);
    }
  }

  #end(result: AttemptResult | undefined, cancelled: boolean): void {
    this.#isOver = true;
    const endMs = result?.endMs ?? this.#parts.clock.nowMs();
    const admittedMs = this.#admittedMs ?? endMs;
    this.#onRecord(requestRecord({ job: this.#job, admittedMs, endMs, result, cancelled }));
    if (this.#attempt !== undefined) this.#parts.gate.leave();
  }
}

function generatorFailure(cause: unknown): RequestFailure {
  const message = cause instanceof Error ? cause.message : String(cause);
  return { kind: 'generator', message: message.slice(0, 300) };
}
