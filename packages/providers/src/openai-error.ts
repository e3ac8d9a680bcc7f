import { streamErrorText } from './error-message.ts';
import { arrayOrEmpty, count, isObject, nonEmptyString } from './json-value.ts';
import type { JsonObject } from './json-value.ts';

/** Finish reasons by which OpenRouter, SGLang and z.ai say that they gave up. */
const failedFinishes: ReadonlySet<unknown> = new Set(['error', 'abort', 'network_error']);

/**
 * The message of an error that came under status 200; `undefined` where there is none. Known shapes: `error` as an
 * object or a string, `{"object":"error"}` (older vLLM), `error_code` (FastChat), an `error` in a choice, and a choice
 * that finished with `error`, `abort` or `network_error`.
 */
export function openaiError(root: JsonObject): string | undefined {
  if (isError(root['error'])) return streamErrorText(root['error']);
  if (root['object'] === 'error' || (count(root['error_code']) ?? 0) > 0) return streamErrorText(root);
  for (const choice of arrayOrEmpty(root['choices'])) {
    if (!isObject(choice)) continue;
    if (isError(choice['error'])) return streamErrorText(choice['error']);
    if (failedFinishes.has(choice['finish_reason']))
      return `finish_reason ${String(choice['finish_reason'])}`;
  }
  return undefined;
}

function isError(value: unknown): boolean {
  return isObject(value) || nonEmptyString(value) !== undefined;
}
