import type { RequestFailure } from '@tokenstorm/core';
import { errorMessage } from '@tokenstorm/providers';
import { generatorFailure } from '../request/generator-failure.ts';
import type { TargetClient } from '../request/target-client.ts';
import { undiciFailure } from '../wire/undici-failure.ts';

/** What both SDKs' API errors have: a status where there was a response, and the body parsed. */
interface ApiError extends Error {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly headers?: unknown;
}

/** What an error of an SDK is in our terms, and the status of the response that it tells of. */
export function sdkFailure(
  cause: unknown,
  client: Pick<TargetClient, 'provider' | 'target'>,
): {
  readonly failure: RequestFailure;
  readonly statusCode?: number;
  readonly headers?: Record<string, string>;
} {
  if (!(cause instanceof Error)) return { failure: generatorFailure(cause, client.target.apiKey) };
  if (cause instanceof SyntaxError)
    return { failure: { kind: 'protocol', message: 'an event is no valid JSON' } };
  const { status, error, headers }: ApiError = cause;
  if (typeof status === 'number') {
    return {
      failure: statusFailure(status, error, cause, client),
      statusCode: status,
      ...(headers instanceof Headers && { headers: Object.fromEntries(headers) }),
    };
  }
  return {
    failure:
      (error === undefined ? undefined : streamFailure(error, client)) ?? connectionFailure(cause, client),
  };
}

function statusFailure(
  status: number,
  error: unknown,
  cause: Error,
  { provider, target }: Pick<TargetClient, 'provider' | 'target'>,
): RequestFailure {
  const body = error === undefined ? cause.message : JSON.stringify({ error });
  const message = `HTTP ${status}: ${errorMessage(body, target.apiKey)}`.slice(0, 300);
  return { kind: provider.classifyError(status, body), message };
}

/** An error object inside a stream, which the SDKs throw instead of handing it over. */
function streamFailure(
  error: unknown,
  { provider }: Pick<TargetClient, 'provider'>,
): RequestFailure | undefined {
  const decoder = provider.decoder();
  const events = [...decoder.chunk(error), ...decoder.chunk({ error })];
  const found = events.find((event) => event.type === 'error');
  return found && { kind: found.kind, message: found.message };
}

/** What `fetch` itself bounds to five minutes, by the code of its error. */
const fetchTimeouts: Readonly<Record<string, RequestFailure>> = {
  UND_ERR_HEADERS_TIMEOUT: {
    kind: 'first-token-timeout',
    message: 'fetch, which the SDK sends with, waits for a response 300 s at the most',
  },
  UND_ERR_BODY_TIMEOUT: {
    kind: 'idle-timeout',
    message: 'fetch, which the SDK sends with, bears silence for 300 s at the most',
  },
};

/** The SDKs wrap the error of `fetch`, which wraps that of the socket. */
function connectionFailure(cause: Error, { target }: Pick<TargetClient, 'target'>): RequestFailure {
  let innermost = cause;
  while (innermost.cause instanceof Error) innermost = innermost.cause;
  const { code }: NodeJS.ErrnoException = innermost;
  const timeout = fetchTimeouts[code ?? ''];
  if (timeout !== undefined) return timeout;
  const isUncoded = innermost === cause && code === undefined;
  const isOurs = isUncoded && !/connection|timed out|terminated|abort/i.test(cause.message);
  return isOurs ? generatorFailure(cause, target.apiKey) : undiciFailure(innermost);
}
