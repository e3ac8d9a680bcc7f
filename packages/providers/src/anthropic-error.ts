import type { RequestErrorKind } from '@tokenstorm/core';
import { streamErrorText } from './error-message.ts';
import { isObject } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import type { StreamEvent } from './provider.ts';
import { statusErrorKind } from './status-error-kind.ts';

/**
 * The error that came under status 200: an `error` event of a stream, or a body of that type; none for anything else. An
 * `overloaded_error` is a `stream-error` too: the server had accepted the request.
 */
export function anthropicError(root: JsonObject): readonly StreamEvent[] {
  const { type, error } = root;
  if (type !== 'error' && !isObject(error)) return [];
  return [{ type: 'error', kind: 'stream-error', message: streamErrorText(error ?? root) }];
}

/** By status (529 is `overloaded`, 413 `client-error`), except that a gateway may put an overload under another 5xx. */
export function anthropicErrorKind(statusCode: number, body: string): RequestErrorKind {
  const isOverload = statusCode >= 500 && /"type"\s*:\s*"overloaded_error"/.test(body);
  return isOverload ? 'overloaded' : statusErrorKind(statusCode);
}
