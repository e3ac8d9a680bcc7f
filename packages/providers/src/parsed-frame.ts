import { errorText } from './error-message.ts';
import { isObject } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import type { StreamEvent } from './provider.ts';

/**
 * Events of a JSON text by the reader of its object: none for JSON that is no object, one `error` of kind `protocol` for
 * what is no JSON.
 */
export function parsedEvents(
  json: string,
  read: (root: JsonObject) => readonly StreamEvent[],
): readonly StreamEvent[] {
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch {
    return [{ type: 'error', kind: 'protocol', message: `no valid JSON: ${errorText(json.slice(0, 200))}` }];
  }
  return isObject(root) ? read(root) : [];
}
