import { errorText } from './error-message.ts';
import { arrayOrEmpty, isObject } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import { choiceDeltas } from './openai-deltas.ts';
import { openaiError } from './openai-error.ts';
import { openaiFinishReason } from './openai-finish.ts';
import { openaiUsage } from './openai-usage.ts';
import type { StreamDecoder, StreamEvent } from './provider.ts';

const endMark: readonly StreamEvent[] = [{ type: 'end' }];

/**
 * Reads chat completions, streamed or whole. It has no state: what a chunk means does not depend on the chunks before
 * it. All choices count (`n` > 1); chunks without choices (Azure's prompt filter results, usage) give no content.
 */
export const openaiDecoder: StreamDecoder = {
  frame(payload) {
    const text = payload.trim();
    if (text === '[DONE]') return endMark;
    return text === '' ? [] : decode(text, 'delta');
  },
  /** A whole body is its own end mark. */
  body(payload) {
    return payload.trim() === '' ? endMark : [...decode(payload, 'message'), ...endMark];
  },
};

function decode(json: string, source: 'delta' | 'message'): readonly StreamEvent[] {
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch {
    return [{ type: 'error', kind: 'protocol', message: `no valid JSON: ${errorText(json.slice(0, 200))}` }];
  }
  return isObject(root) ? chunkEvents(root, source) : [];
}

function chunkEvents(root: JsonObject, source: 'delta' | 'message'): readonly StreamEvent[] {
  const events: StreamEvent[] = [];
  for (const choice of arrayOrEmpty(root['choices'])) {
    if (isObject(choice)) events.push(...choiceDeltas(choice, source));
  }
  const usage = openaiUsage(root);
  if (usage !== undefined) events.push({ type: 'usage', usage });
  for (const choice of arrayOrEmpty(root['choices'])) {
    const reason = isObject(choice) ? openaiFinishReason(choice['finish_reason']) : undefined;
    if (reason !== undefined) events.push({ type: 'finish', reason });
  }
  const error = openaiError(root);
  if (error !== undefined) events.push({ type: 'error', kind: 'stream-error', message: error });
  return events;
}
