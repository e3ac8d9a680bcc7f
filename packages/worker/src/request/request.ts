import type { RequestRecord } from '@tokenstorm/core';
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

  /** The place may have been free before the request came for it; it was due then. */
  #admit(atMs: number): void {
    this.#admittedMs = Math.max(atMs, this.#job.handOverMs);
    this.#attempt = new Attempt(this.#job, this.#parts, (result) => this.#end(result, false));
    this.#attempt.start();
  }

  #end(result: AttemptResult | undefined, cancelled: boolean): void {
    this.#isOver = true;
    const endMs = result?.endMs ?? this.#parts.clock.nowMs();
    const admittedMs = this.#admittedMs ?? endMs;
    // First the place for whoever waits: the rest is bookkeeping.
    if (this.#attempt !== undefined) this.#parts.gate.leave(endMs);
    this.#onRecord(requestRecord({ job: this.#job, admittedMs, endMs, result, cancelled }));
  }
}
