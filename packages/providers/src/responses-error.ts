import { streamErrorText } from './error-message.ts';
import { isObject, nonEmptyString } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import type { StreamEvent } from './provider.ts';

/** The error that an object of the responses API tells of under status 200: an `error` event, or an object with an `error`. */
export function responsesError(root: JsonObject): readonly StreamEvent[] {
  const { type, error } = root;
  if (isObject(error) || nonEmptyString(error) !== undefined) return [errorEvent(error)];
  return type === 'error' ? [errorEvent(root)] : [];
}

function errorEvent(error: unknown): StreamEvent {
  return { type: 'error', kind: 'stream-error', message: streamErrorText(error) };
}
