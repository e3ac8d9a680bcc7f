import type { RequestErrorKind } from '@tokenstorm/core';

const hints: Readonly<Partial<Record<RequestErrorKind, string>>> = {
  connect: 'is the server running, and is this its address?',
  'connect-timeout': 'is this its address, and does a firewall let you through?',
  tls: 'does the address say https where the server speaks http, or is its certificate not trusted here?',
  reset: 'the server hung up: does it speak HTTPS where the address says http?',
  auth: "is the key there, whole and not expired? --api-key '${NAME}' names the variable that holds it",
  'rate-limited': 'the limits of this key are used up for now: ask less often',
  overloaded: 'the server has no room at the moment',
  'first-token-timeout': 'no answer in time: --request-timeout-seconds gives it longer',
  'request-timeout': 'not done in time: --request-timeout-seconds gives it longer',
  'client-error': 'the server does not take the request: is the name of the model right?',
  'stream-truncated': 'the answer broke off: a proxy or the server closed the connection early',
  empty: 'the answer held nothing: is --max-tokens too small for a model that reasons?',
};

/** What to do about a failed call, by its error in snake_case; undefined where nobody knows. */
export function errorHint(error: string): string | undefined {
  return hints[error.replaceAll('_', '-') as RequestErrorKind];
}
