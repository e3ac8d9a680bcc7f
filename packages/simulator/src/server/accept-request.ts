import type { Answer } from '../answer/answer.ts';
import { ApiError } from '../answer/api-error.ts';
import { parseJsonBody } from '../answer/completion-request.ts';
import type { CompletionRequest } from '../answer/completion-request.ts';
import { planAnswer } from '../answer/plan-answer.ts';
import { retryAfterHeaders } from '../answer/retry-after.ts';
import { answerTokens } from '../answer/outline.ts';
import { cachedTokens, inputTokens } from '../answer/token-counts.ts';
import type { Voice } from '../answer/voice.ts';
import type { Dialect, Vendor } from '../dialect/dialect.ts';
import type { LimitedTokens } from '../limits/rate-limits.ts';
import { monotonicMs } from '../pacing/monotonic-clock.ts';
import type { Slots } from '../pacing/slots.ts';
import type { ModelBehaviour } from '../settings/behaviour.ts';
import { chooseFault } from '../settings/choose-fault.ts';
import type { FaultKind } from '../settings/fault.ts';
import type { SimulatorOptions } from '../settings/options.ts';
import { requestRandom } from '../settings/random.ts';
import type { Random } from '../settings/random.ts';
import type { TruthLog } from '../truth/truth-log.ts';
import type { TruthRecord } from '../truth/truth-record.ts';
import type { HttpRequest } from '../wire/http-request.ts';
import { bodyHash } from './body-hash.ts';
import type { Model, ModelCatalogue } from './model-catalogue.ts';

/** What requests are accepted by. */
export interface AcceptanceParts {
  readonly truth: TruthLog;
  readonly models: ModelCatalogue;
  readonly options: Pick<SimulatorOptions, 'seed' | 'faultPlan' | 'apiKey'>;
}

/** A request that gets an answer other than an error of its own. */
export interface Accepted {
  readonly answer: Answer;
  readonly fault: FaultKind | null;
  readonly slots: Slots;
  /** Answers of the model at once; 0 for no limit. */
  readonly slotLimit: number;
  /** To be called once when the answer is over. */
  readonly settle: () => void;
}

/**
 * Checks a request as its API does, takes what it asks for from the rate limits, and plans its answer. Throws `ApiError`,
 * `SettingsError` or `SyntaxError` where the request is refused.
 */
export function acceptRequest(
  parts: AcceptanceParts,
  dialect: Dialect,
  http: HttpRequest,
  record: TruthRecord,
): Accepted {
  const { truth, options } = parts;
  const { vendor } = dialect;
  vendor.checkHeaders(http, options.apiKey);
  const request = dialect.read(parseJsonBody(http.body));
  record.stream = request.stream;
  record.model = request.model;
  const model = findModel(parts.models, vendor, request, http);
  const voice = model.voice(dialect.endpoint);
  checkParameters(voice.behaviour, vendor, request);
  truth.setModel(record, request.model);
  const limited = takeLimits(parts, { model, voice, vendor, request, record });
  const random = requestRandom(options.seed ?? 1, record.ordinal);
  const fault = faultOf(parts, voice.behaviour, { record, http, random });
  const headers = [`${vendor.idHeader}: ${record.id}`, ...limited.headers];
  const order = { request, id: record.id, headers, fault, random, closes: http.closes };
  const answer = planAnswer(voice, vendor, order);
  const slotLimit = answer.statusCode === 200 ? voice.behaviour.slots : 0;
  return { answer, fault, slots: model.slots, slotLimit, settle: limited.settle };
}

function findModel(
  models: ModelCatalogue,
  vendor: Vendor,
  request: CompletionRequest,
  http: HttpRequest,
): Model {
  const changes: string[] = [];
  const header = http.headers.get('x-sim');
  if (header !== undefined) changes.push(header);
  if (request.changes !== undefined) changes.push(JSON.stringify(request.changes));
  const model = models.find(request.model, changes);
  if (model === null) throw vendor.unknownModel(request.model);
  return model;
}

function checkParameters(
  { refusedParameters }: ModelBehaviour,
  vendor: Vendor,
  { parameters }: CompletionRequest,
): void {
  for (const param of refusedParameters) {
    if (!Object.hasOwn(parameters, param)) continue;
    const error = vendor.refusedParameter(param, parameters[param]);
    if (error !== null) throw error;
  }
}

interface Asking {
  readonly model: Model;
  readonly voice: Voice;
  readonly vendor: Vendor;
  readonly request: CompletionRequest;
  readonly record: TruthRecord;
}

/** Notes what the request asks for and takes it from the limits. Throws `ApiError` 429. */
function takeLimits(
  { truth }: AcceptanceParts,
  asking: Asking,
): Pick<Accepted, 'settle'> & { headers: string[] } {
  const { model, vendor, request, record } = asking;
  const { behaviour } = asking.voice;
  const input = inputTokens(behaviour, request);
  const hiddenReasoning = behaviour.hiddenReasoningTokens;
  truth.setAsked(record, { input, output: request.maxTokens, hiddenReasoning });
  const { limits } = model;
  if (limits === null) return { headers: [], settle: () => undefined };
  const counted = input - (vendor.limitsCachedInput ? 0 : cachedTokens(behaviour, request));
  const asked: LimitedTokens = {
    input: counted,
    output: request.maxTokens ?? answerTokens(behaviour, request) + hiddenReasoning,
  };
  const nowMs = monotonicMs();
  const refusal = limits.take(asked, nowMs);
  const headers = vendor.limitHeaders(limits.states(nowMs));
  if (refusal !== null) {
    record.limited_by = refusal.dimension;
    const { message, type, code } = vendor.limitError(refusal);
    const retryAfter = retryAfterHeaders(refusal.waitMs, behaviour.retryAfterForm);
    throw new ApiError(429, message, { type, ...(code && { code }), headers: [...headers, ...retryAfter] });
  }
  const settle = () => {
    const used = usedOutput(record);
    const output = vendor.returnsUnusedOutput ? used : Math.max(used, asked.output);
    limits.settle(asked, { input: counted, output }, monotonicMs());
  };
  return { headers, settle };
}

/** What an answer that is over really was: nothing hidden is generated where nothing was sent. */
function usedOutput({ status_code, tokens, hidden_reasoning_tokens }: TruthRecord): number {
  return status_code === 200 ? tokens + hidden_reasoning_tokens : 0;
}

function faultOf(
  { truth, options }: AcceptanceParts,
  behaviour: ModelBehaviour,
  { record, http, random }: { record: TruthRecord; http: HttpRequest; random: Random },
): FaultKind | null {
  const body = behaviour.faultyAttempts > 0 ? truth.bodyOrdinal(record, () => bodyHash(http.body)) : 1;
  const ordinals = { server: record.ordinal, model: record.model_ordinal, body };
  const fault = chooseFault(behaviour, options.faultPlan ?? {}, ordinals, random);
  if (fault !== null) truth.setFault(record, fault);
  return fault;
}
