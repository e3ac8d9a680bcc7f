import type { RequestErrorKind } from '@tokenstorm/core';

/**
 * The error kind of an HTTP status from 400 to 599, where the body does not say better: 401 and 403 `auth`,
 * 429 `rate-limited`, 503 and 529 `overloaded`, other 5xx and 408 `server-error` (in a 408 the far side gave up;
 * `request-timeout` is our own total timeout only), other 4xx `client-error`.
 */
export function statusErrorKind(statusCode: number): RequestErrorKind {
  if (statusCode === 401 || statusCode === 403) return 'auth';
  if (statusCode === 429) return 'rate-limited';
  if (statusCode === 503 || statusCode === 529) return 'overloaded';
  return statusCode >= 500 || statusCode === 408 ? 'server-error' : 'client-error';
}
