import { errorText } from './error-message.ts';
import { isObject } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import type { StreamEvent } from './provider.ts';

/** What reads an object that a server sent. */
type ObjectReader = (root: JsonObject) => readonly StreamEvent[];

/** The end of a response: the mark of its dialect, or that of its body. */
export const endMark: readonly StreamEvent[] = [{ type: 'end' }];

/** Events of a streamed frame. `[DONE]` is the end in every dialect: servers send it in those too that have a mark of their own. */
export function frameEvents(payload: string, read: ObjectReader): readonly StreamEvent[] {
  const text = payload.trim();
  if (text === '[DONE]') return endMark;
  return text === '' ? [] : parsedEvents(text, read);
}

/** Events of a frame that was parsed already. */
export function chunkEvents(value: unknown, read: ObjectReader): readonly StreamEvent[] {
  return isObject(value) ? read(value) : [];
}

/** Events of a body that was not streamed, which is its own end mark. */
export function bodyEvents(payload: string, read: ObjectReader): readonly StreamEvent[] {
  return payload.trim() === '' ? endMark : [...parsedEvents(payload, read), ...endMark];
}

/**
 * Events of a JSON text by the reader of its object: none for JSON that is no object, one `error` of kind `protocol` for
 * what is no JSON.
 */
function parsedEvents(json: string, read: ObjectReader): readonly StreamEvent[] {
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch {
    return [{ type: 'error', kind: 'protocol', message: `no valid JSON: ${errorText(json.slice(0, 200))}` }];
  }
  return isObject(root) ? read(root) : [];
}
