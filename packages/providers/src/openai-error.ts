import { errorText } from './error-message.ts';
import { arrayOrEmpty, count, isObject, nonEmptyString } from './json-value.ts';
import type { JsonObject } from './json-value.ts';

/** Finish reasons by which OpenRouter and SGLang say that they gave up. */
const failedFinishes: ReadonlySet<unknown> = new Set(['error', 'abort']);

/**
 * The message of an error that came under status 200; `undefined` where there is none. Known shapes: `error` as an
 * object or a string, `{"object":"error"}` (older vLLM), `error_code` (FastChat), an `error` in a choice, and a choice
 * that finished with `error` or `abort`.
 */
export function openaiError(root: JsonObject): string | undefined {
  if (isError(root['error'])) return errorText(root['error']);
  if (root['object'] === 'error' || (count(root['error_code']) ?? 0) > 0) return errorText(root);
  for (const choice of arrayOrEmpty(root['choices'])) {
    if (!isObject(choice)) continue;
    if (isError(choice['error'])) return errorText(choice['error']);
    if (failedFinishes.has(choice['finish_reason']))
      return `finish_reason ${String(choice['finish_reason'])}`;
  }
  return undefined;
}

function isError(value: unknown): boolean {
  return isObject(value) || nonEmptyString(value) !== undefined;
}
