import { ApiError } from '../../answer/api-error.ts';
import type { LimitRefusal } from '../../limits/rate-limits.ts';
import type { Vendor } from '../dialect.ts';

const rateLimited = new ApiError(429, 'Rate limit reached for requests. Please try again later.', {
  type: 'requests',
  code: 'rate_limit_exceeded',
});

/** The error object that stands in a stream, or in a body, under status 200. */
export const errorUnder200 = new ApiError(
  500,
  'The server had an error while processing your request. Sorry about that!',
  { type: 'server_error', code: 'server_error' },
);

/** What OpenAI's endpoints have in common. */
export const openai: Vendor = {
  idHeader: 'x-request-id',
  faultErrors: {
    rate_limited: rateLimited,
    rate_limited_bare: rateLimited,
    server_error: new ApiError(500, 'The server had an error processing your request.', {
      type: 'server_error',
    }),
    overloaded: new ApiError(503, 'The engine is currently overloaded, please try again later.', {
      type: 'server_error',
      code: 'overloaded',
    }),
  },
  limitsCachedInput: true,
  returnsUnusedOutput: false,
  checkHeaders({ headers }, apiKey) {
    if (apiKey === undefined || headers.get('authorization') === `Bearer ${apiKey}`) return;
    throw new ApiError(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
  },
  errorBody: openaiErrorBody,
  unknownModel(name) {
    const message = `The model \`${name}\` does not exist or you do not have access to it.`;
    return new ApiError(404, message, { param: 'model', code: 'model_not_found' });
  },
  refusedParameter,
  limitError,
  limitHeaders(states) {
    // Their API states no limits of input or output alone.
    const stated = states.filter(({ dimension }) => dimension === 'requests' || dimension === 'tokens');
    return stated.flatMap(({ dimension, limit, remaining, resetMs }) => [
      `x-ratelimit-limit-${dimension}: ${limit}`,
      `x-ratelimit-remaining-${dimension}: ${remaining}`,
      `x-ratelimit-reset-${dimension}: ${durationText(resetMs)}`,
    ]);
  },
  modelObject,
  modelList: (names) => ({ object: 'list', data: names.map(modelObject) }),
};

/** `{"error": {…}}` on one line. */
export function openaiErrorBody({ message, type, param, code }: ApiError): string {
  return JSON.stringify({ error: { message, type, param, code } });
}

function modelObject(id: string): unknown {
  return { id, object: 'model', created: 1_700_000_000, owned_by: 'simulator' };
}

/** Reasoning models take the default temperature when it is written out, and tell what has become of `max_tokens`. */
function refusedParameter(param: string, value: unknown): ApiError | null {
  if (param === 'temperature') {
    if (value === 1) return null;
    const wanted = 'Only the default (1) value is supported.';
    const message = `Unsupported value: 'temperature' does not support ${String(value)} with this model. ${wanted}`;
    return new ApiError(400, message, { param, code: 'unsupported_value' });
  }
  const advice = param === 'max_tokens' ? " Use 'max_completion_tokens' instead." : '';
  const message = `Unsupported parameter: '${param}' is not supported with this model.${advice}`;
  return new ApiError(400, message, { param, code: 'unsupported_parameter' });
}

function limitError({ dimension, limit, requested, waitMs }: LimitRefusal): ApiError {
  const isRequests = dimension === 'requests';
  const details = { type: isRequests ? 'requests' : 'tokens', code: 'rate_limit_exceeded' };
  const unit = isRequests ? 'requests per min (RPM)' : `${dimension.replace('_', ' ')} per min (TPM)`;
  const numbers = `on ${unit}: Limit ${limit}, Requested ${requested}.`;
  if (waitMs === Infinity) {
    const advice = 'The input or output tokens must be reduced in order to run successfully.';
    return new ApiError(429, `Request too large ${numbers} ${advice}`, details);
  }
  const advice = `Please try again in ${durationText(waitMs)}.`;
  return new ApiError(429, `Rate limit reached ${numbers} ${advice}`, details);
}

/** As OpenAI writes durations: `12ms`, `1.5s`, `6m0s`. Rounded up to a ms. */
function durationText(ms: number): string {
  const whole = Math.ceil(ms);
  if (whole < 1_000) return `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  const seconds = (whole % 60_000) / 1_000;
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`;
}
