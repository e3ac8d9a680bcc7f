import type { Answer } from '../answer/answer.ts';
import { ApiError } from '../answer/api-error.ts';
import type { Dialect, Vendor } from '../dialect/dialect.ts';
import { monotonicMs } from '../pacing/monotonic-clock.ts';
import type { Pacer } from '../pacing/pacer.ts';
import { Slots } from '../pacing/slots.ts';
import { SettingsError } from '../settings/checks.ts';
import type { FaultKind } from '../settings/fault.ts';
import type { TruthOutcome, TruthRecord } from '../truth/truth-record.ts';
import { answerId, frameOf } from '../wire/frame.ts';
import type { HttpRequest } from '../wire/http-request.ts';
import { wholeResponse } from '../wire/response-head.ts';
import { acceptRequest } from './accept-request.ts';
import type { AcceptanceParts } from './accept-request.ts';
import { bodyHash } from './body-hash.ts';
import type { Connection } from './connection.ts';
import { Player } from './player.ts';

/** What the service works with. */
export interface ServiceParts extends AcceptanceParts {
  readonly pacer: Pacer;
}

interface Arrival {
  readonly http: HttpRequest;
  readonly connection: Connection;
  readonly record: TruthRecord;
}

interface Performance {
  readonly answer: Answer;
  readonly outcome: TruthOutcome;
  readonly slots: Slots;
  /** 0: served at once. */
  readonly limit: number;
  readonly settle: () => void;
}

const longestClient = 64;
const unlimited = new Slots();
const nothing = (): void => undefined;

/** Answers requests to the endpoints that answer with tokens. */
export class CompletionService {
  readonly #parts: ServiceParts;
  #isClosing = false;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** From now on answers that end early do so because of the server. */
  close(): void {
    this.#isClosing = true;
  }

  serve(dialect: Dialect, http: HttpRequest, connection: Connection): void {
    const { truth } = this.#parts;
    const record = truth.begin({
      path: http.path,
      endpoint: dialect.endpoint,
      connection: connection.number,
      request_on_connection: connection.requests,
      client: http.headers.get('x-client')?.slice(0, longestClient) ?? null,
      body_bytes: http.body.length,
      body_hash: truth.isFull ? bodyHash(http.body) : '',
      received_at_ms: connection.lastReadAtMs,
    });
    record.id = answerId(dialect.idPrefix, record.ordinal);
    const arrival = { http, connection, record };
    this.#perform(arrival, this.#performance(dialect, arrival));
  }

  #performance(dialect: Dialect, arrival: Arrival): Performance {
    try {
      const accepted = acceptRequest(this.#parts, dialect, arrival.http, arrival.record);
      const { answer, fault, slots, slotLimit: limit, settle } = accepted;
      return { answer, outcome: isFailure(fault) ? 'failed' : 'completed', slots, limit, settle };
    } catch (error) {
      const answer = errorAnswer(asApiError(error), dialect.vendor, arrival);
      return { answer, outcome: 'rejected', slots: unlimited, limit: 0, settle: nothing };
    }
  }

  /** Takes a slot and plays the answer; a client that goes away gives its place back. */
  #perform({ connection, record }: Arrival, performance: Performance): void {
    const { answer, outcome, slots, limit, settle } = performance;
    const { pacer, truth } = this.#parts;
    // Without a limit nothing is counted: faults answered at once and freely served models leave the slots alone.
    const onOver = () => {
      settle();
      if (limit > 0) slots.release();
    };
    const player = new Player({ pacer, truth, connection, record, outcome, onOver }, answer);
    const start = () => {
      truth.setService(record);
      connection.onAbort = () => player.abort(!this.#isClosing);
      player.start();
    };
    if (limit === 0) return start();
    connection.onAbort = () => {
      slots.leave(start);
      record.aborted_by_client_at_ms = this.#isClosing ? null : monotonicMs();
      truth.end(record, outcome === 'failed' ? 'failed' : 'aborted');
      settle();
    };
    slots.take(limit, start);
  }
}

function isFailure(fault: FaultKind | null): boolean {
  return fault !== null && fault !== 'split_writes' && fault !== 'close';
}

function errorAnswer(error: ApiError, vendor: Vendor, { http, record }: Arrival): Answer {
  const headers = [
    `${vendor.idHeader}: ${record.id}`,
    `connection: ${http.closes ? 'close' : 'keep-alive'}`,
    ...error.headers,
  ];
  const body = vendor.errorBody(error, record.id);
  const frame = frameOf(wholeResponse(error.statusCode, body, headers));
  const ending = http.closes ? 'close' : 'keep';
  return { statusCode: error.statusCode, writes: [{ atMs: 0, frames: [frame] }], ending, usage: null };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof SettingsError || error instanceof SyntaxError) {
    return new ApiError(400, error.message, { param: 'sim' });
  }
  throw error;
}
