import { arrayOrEmpty, isObject } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import { choiceDeltas } from './openai-deltas.ts';
import { openaiError } from './openai-error.ts';
import { openaiFinishReason } from './openai-finish.ts';
import { openaiUsage } from './openai-usage.ts';
import { parsedEvents } from './parsed-frame.ts';
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
    return text === '' ? [] : parsedEvents(text, (root) => chunkEvents(root, 'delta'));
  },
  chunk: (value) => (isObject(value) ? chunkEvents(value, 'delta') : []),
  /** A whole body is its own end mark. */
  body(payload) {
    if (payload.trim() === '') return endMark;
    return [...parsedEvents(payload, (root) => chunkEvents(root, 'message')), ...endMark];
  },
};

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
