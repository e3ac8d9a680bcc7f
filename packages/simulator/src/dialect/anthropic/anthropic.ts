import { ApiError } from '../../answer/api-error.ts';
import type { LimitRefusal, LimitState } from '../../limits/rate-limits.ts';
import type { HttpRequest } from '../../wire/http-request.ts';
import type { Vendor } from '../dialect.ts';

const errorTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

const rateLimited = new ApiError(
  429,
  'Number of requests has exceeded your per-minute rate limit. Please try again later.',
);

/** The error that stands in a stream, or in a body, under status 200. */
export const overloaded = new ApiError(529, 'Overloaded');

/** What Anthropic's endpoints have in common. */
export const anthropic: Vendor = {
  idHeader: 'request-id',
  faultErrors: {
    rate_limited: rateLimited,
    rate_limited_bare: rateLimited,
    server_error: new ApiError(500, 'Internal server error'),
    overloaded,
  },
  limitsCachedInput: false,
  returnsUnusedOutput: true,
  checkHeaders,
  errorBody: anthropicErrorBody,
  unknownModel: (name) => new ApiError(404, `model: ${name}`),
  refusedParameter,
  limitError,
  limitHeaders: (states) => states.flatMap(limitHeaderLines),
  modelObject,
  modelList: (names) => ({
    data: names.map(modelObject),
    has_more: false,
    first_id: names[0] ?? null,
    last_id: names.at(-1) ?? null,
  }),
};

/** `{"type": "error", …}` on one line; the status decides the error's type. */
export function anthropicErrorBody({ statusCode, message }: ApiError, requestId: string): string {
  const type = errorTypes[statusCode] ?? 'invalid_request_error';
  return JSON.stringify({ type: 'error', error: { type, message }, request_id: requestId });
}

function checkHeaders({ headers }: HttpRequest, apiKey: string | undefined): void {
  if (apiKey !== undefined) checkKey(headers, apiKey);
  const version = headers.get('anthropic-version');
  if (version === undefined) throw new ApiError(400, 'anthropic-version: header is required');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version)) {
    throw new ApiError(400, `anthropic-version: "${version}" is not a valid version`);
  }
}

/** The key stands in a header of its own; tokens of an organisation stand in `authorization`. */
function checkKey(headers: ReadonlyMap<string, string>, apiKey: string): void {
  const key = headers.get('x-api-key');
  const token = headers.get('authorization');
  if (key === undefined && token === undefined) throw new ApiError(401, 'x-api-key header is required');
  if (key === undefined && token !== `Bearer ${apiKey}`) throw new ApiError(401, 'Invalid bearer token');
  if (key !== undefined && key !== apiKey) throw new ApiError(401, 'invalid x-api-key');
}

/** The API itself wants `max_tokens`: no model can refuse it. */
function refusedParameter(param: string): ApiError | null {
  return param === 'max_tokens' ? null : new ApiError(400, `\`${param}\` is not supported by this model.`);
}

function limitError({ dimension, limit, requested, waitMs }: LimitRefusal): ApiError {
  const rate = `${limit} ${dimension.replace('_', ' ')} per minute`;
  const excess =
    waitMs === Infinity
      ? `This request asks for ${requested}, which is more than can be allowed at once.`
      : 'Please reduce the prompt length or the maximum tokens requested, or try again later.';
  return new ApiError(429, `This request would exceed your organization's rate limit of ${rate}. ${excess}`);
}

function limitHeaderLines({ dimension, limit, remaining, resetMs }: LimitState): string[] {
  const name = `anthropic-ratelimit-${dimension.replace('_', '-')}`;
  return [
    `${name}-limit: ${limit}`,
    `${name}-remaining: ${remaining}`,
    `${name}-reset: ${timeAfter(resetMs)}`,
  ];
}

/** RFC 3339 with whole seconds, rounded up. */
function timeAfter(ms: number): string {
  const atMs = Math.ceil((Date.now() + ms) / 1_000) * 1_000;
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

function modelObject(id: string): unknown {
  return { type: 'model', id, display_name: id, created_at: '2023-11-14T22:13:20Z' };
}
