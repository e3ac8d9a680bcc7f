import { hash } from 'node:crypto';
import type { Answer } from '../answer/answer.ts';
import { ApiError } from '../answer/api-error.ts';
import { parseJsonBody, readCompletionRequest } from '../answer/completion-request.ts';
import type { CompletionRequest, Endpoint } from '../answer/completion-request.ts';
import { planAnswer } from '../answer/plan-answer.ts';
import type { Voice } from '../answer/voice.ts';
import { monotonicMs } from '../pacing/monotonic-clock.ts';
import type { Pacer } from '../pacing/pacer.ts';
import { Slots } from '../pacing/slots.ts';
import { chooseFault } from '../settings/choose-fault.ts';
import type { FaultKind } from '../settings/fault.ts';
import type { SimulatorOptions } from '../settings/options.ts';
import { SettingsError } from '../settings/checks.ts';
import { requestRandom } from '../settings/random.ts';
import type { Random } from '../settings/random.ts';
import type { TruthLog } from '../truth/truth-log.ts';
import type { TruthOutcome, TruthRecord } from '../truth/truth-record.ts';
import { answerId, frameOf } from '../wire/frame.ts';
import type { HttpRequest } from '../wire/http-request.ts';
import { wholeResponse } from '../wire/response-head.ts';
import type { Connection } from './connection.ts';
import type { Model, ModelCatalogue } from './model-catalogue.ts';
import { Player } from './player.ts';

/** What the service works with. */
export interface ServiceParts {
  readonly pacer: Pacer;
  readonly truth: TruthLog;
  readonly models: ModelCatalogue;
  readonly options: Pick<SimulatorOptions, 'seed' | 'faultPlan' | 'apiKey'>;
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
}

const unlimited = new Slots();

/** Answers requests to the completion endpoints. */
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

  serve(endpoint: Endpoint, http: HttpRequest, connection: Connection): void {
    const { truth } = this.#parts;
    const record = truth.begin({
      path: http.path,
      connection: connection.number,
      request_on_connection: connection.requests,
      body_bytes: http.body.length,
      body_hash: truth.isFull ? bodyHash(http.body) : '',
      received_at_ms: connection.lastReadAtMs,
    });
    record.id = answerId(endpoint === 'chat' ? 'chatcmpl-' : 'cmpl-', record.ordinal);
    const arrival = { http, connection, record };
    this.#perform(arrival, this.#performance(endpoint, arrival));
  }

  #performance(endpoint: Endpoint, arrival: Arrival): Performance {
    try {
      return this.#accepted(endpoint, arrival);
    } catch (error) {
      const answer = errorAnswer(asApiError(error), arrival);
      return { answer, outcome: 'rejected', slots: unlimited, limit: 0 };
    }
  }

  #accepted(endpoint: Endpoint, { http, record }: Arrival): Performance {
    const { truth, options } = this.#parts;
    checkApiKey(http, options.apiKey);
    const request = readCompletionRequest(endpoint, parseJsonBody(http.body));
    record.stream = request.stream;
    record.model = request.model;
    const model = this.#model(request, http);
    const voice = model.voice(endpoint);
    checkParameters(request, voice.behaviour.refusedParameters);
    truth.setModel(record, request.model);
    const random = requestRandom(options.seed ?? 1, record.ordinal);
    const fault = this.#fault(record, voice, random);
    const answer = planAnswer(voice, { request, id: record.id, fault, random, closes: http.closes });
    const limit = answer.statusCode === 200 ? voice.behaviour.slots : 0;
    return { answer, outcome: isFailure(fault) ? 'failed' : 'completed', slots: model.slots, limit };
  }

  #model(request: CompletionRequest, http: HttpRequest): Model {
    const changes: string[] = [];
    const header = http.headers.get('x-sim');
    if (header !== undefined) changes.push(header);
    if (request.changes !== undefined) changes.push(JSON.stringify(request.changes));
    const model = this.#parts.models.find(request.model, changes);
    if (model) return model;
    const message = `The model \`${request.model}\` does not exist or you do not have access to it.`;
    throw new ApiError(404, message, { param: 'model', code: 'model_not_found' });
  }

  #fault(record: TruthRecord, voice: Voice, random: Random): FaultKind | null {
    const ordinals = { server: record.ordinal, model: record.model_ordinal };
    const fault = chooseFault(voice.behaviour, this.#parts.options.faultPlan ?? {}, ordinals, random);
    if (fault !== null) this.#parts.truth.setFault(record, fault);
    return fault;
  }

  /** Takes a slot and plays the answer; a client that goes away gives its place back. */
  #perform({ connection, record }: Arrival, { answer, outcome, slots, limit }: Performance): void {
    const { pacer, truth } = this.#parts;
    // Without a limit nothing is counted: faults answered at once and freely served models leave the slots alone.
    const release = limit > 0 ? () => slots.release() : () => undefined;
    const player = new Player({ pacer, truth, connection, record, outcome, onOver: release }, answer);
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
    };
    slots.take(limit, start);
  }
}

function isFailure(fault: FaultKind | null): boolean {
  return fault !== null && fault !== 'split_writes' && fault !== 'close';
}

function errorAnswer(error: ApiError, { http, record }: Arrival): Answer {
  const headers = [`x-request-id: ${record.id}`, `connection: ${http.closes ? 'close' : 'keep-alive'}`];
  const frame = frameOf(wholeResponse(error.statusCode, error.toBody(), headers));
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

function checkApiKey(http: HttpRequest, apiKey: string | undefined): void {
  if (apiKey === undefined || http.headers.get('authorization') === `Bearer ${apiKey}`) return;
  throw new ApiError(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
}

function checkParameters(request: CompletionRequest, refused: readonly string[]): void {
  const param = refused.find((name) => request.parameters.includes(name));
  if (param === undefined) return;
  const message = `Unsupported parameter: '${param}' is not supported with this model.`;
  throw new ApiError(400, message, { param, code: 'unsupported_parameter' });
}

function bodyHash(body: Buffer): string {
  return hash('sha256', body).slice(0, 16);
}
