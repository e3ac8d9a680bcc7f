import type { FaultKind } from '../settings/fault.ts';
import type { ModelBehaviour } from '../settings/behaviour.ts';
import { frameOf } from '../wire/frame.ts';
import { wholeResponse } from '../wire/response-head.ts';
import { commonHeaders, endingOf } from './answer.ts';
import type { Answer, AnswerOrder } from './answer.ts';
import { ApiError } from './api-error.ts';

const errors: Readonly<Partial<Record<FaultKind, ApiError>>> = {
  rate_limited: rateLimit(),
  rate_limited_bare: rateLimit(),
  server_error: new ApiError(500, 'The server had an error processing your request.', {
    type: 'server_error',
  }),
  overloaded: new ApiError(503, 'The engine is currently overloaded, please try again later.', {
    type: 'server_error',
    code: 'overloaded',
  }),
};

/** The answer under a fault that is an HTTP status; `null` for other faults. */
export function httpErrorAnswer(behaviour: ModelBehaviour, order: AnswerOrder): Answer | null {
  const { fault } = order;
  const error = fault === null ? undefined : errors[fault];
  if (error === undefined) return null;
  const ending = endingOf(behaviour, order);
  const headers = commonHeaders(behaviour, order);
  if (fault === 'rate_limited') headers.push(`retry-after: ${retryAfter(behaviour)}`);
  const frame = frameOf(wholeResponse(error.statusCode, error.toBody(), headers));
  return { statusCode: error.statusCode, writes: [{ atMs: 0, frames: [frame] }], ending, usage: null };
}

function rateLimit(): ApiError {
  const details = { type: 'requests', code: 'rate_limit_exceeded' };
  return new ApiError(429, 'Rate limit reached for requests. Please try again later.', details);
}

function retryAfter({ retryAfterSeconds, retryAfterDate }: ModelBehaviour): string {
  if (!retryAfterDate) return String(retryAfterSeconds);
  return new Date(Date.now() + retryAfterSeconds * 1_000).toUTCString();
}
