import type { ApiError } from '../answer/api-error.ts';
import type { Body, CompletionRequest } from '../answer/completion-request.ts';
import type { Script } from '../answer/script.ts';
import type { LimitRefusal, LimitState } from '../limits/rate-limits.ts';
import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { Endpoint } from '../settings/endpoint.ts';
import type { FaultKind } from '../settings/fault.ts';
import type { EventWriter } from '../wire/event-writer.ts';
import type { HttpRequest } from '../wire/http-request.ts';

/** What all endpoints of one vendor have in common. */
export interface Vendor {
  /** The header that carries an answer's id. */
  readonly idHeader: string;
  /** The errors that faults are answered with. */
  readonly faultErrors: Readonly<Partial<Record<FaultKind, ApiError>>>;
  /** Input tokens that came from a cache count for rate limits. */
  readonly limitsCachedInput: boolean;
  /** Output that was asked for and did not come is given back to rate limits. */
  readonly returnsUnusedOutput: boolean;
  /** Checks a request's key and what else its headers must say. Throws `ApiError`. */
  checkHeaders(http: HttpRequest, apiKey: string | undefined): void;
  /** The body of an error: one line of JSON. */
  errorBody(error: ApiError, requestId: string): string;
  unknownModel(name: string): ApiError;
  /** What a model says that refuses this parameter; `null` where this value is one that it takes. */
  refusedParameter(param: string, value: unknown): ApiError | null;
  limitError(refusal: LimitRefusal): ApiError;
  /** The header lines that say how full the buckets are. */
  limitHeaders(states: readonly LimitState[]): string[];
  modelObject(name: string): unknown;
  modelList(names: readonly string[]): unknown;
}

/** One endpoint: how it reads requests and words answers. */
export interface Dialect {
  readonly endpoint: Endpoint;
  readonly vendor: Vendor;
  /** What an answer's id starts with. */
  readonly idPrefix: string;
  /** Checks a body as the API does. Throws `ApiError` 400. */
  read(body: Body): CompletionRequest;
  script(model: string, behaviour: ModelBehaviour, events: EventWriter): Script;
}
