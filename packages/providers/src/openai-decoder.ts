import { arrayOrEmpty, isObject } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import { choiceDeltas } from './openai-deltas.ts';
import { openaiError } from './openai-error.ts';
import { openaiFinishReason } from './openai-finish.ts';
import { openaiUsage } from './openai-usage.ts';
import { bodyEvents, chunkEvents, frameEvents } from './parsed-frame.ts';
import type { StreamDecoder, StreamEvent } from './provider.ts';

/**
 * Reads chat completions, streamed or whole. It has no state: what a chunk means does not depend on the chunks before
 * it. All choices count (`n` > 1); chunks without choices (Azure's prompt filter results, usage) give no content.
 */
export const openaiDecoder: StreamDecoder = {
  frame: (payload) => frameEvents(payload, deltaEvents),
  chunk: (value) => chunkEvents(value, deltaEvents),
  body: (payload) => bodyEvents(payload, (root) => choiceEvents(root, 'message')),
};

function deltaEvents(root: JsonObject): readonly StreamEvent[] {
  return choiceEvents(root, 'delta');
}

function choiceEvents(root: JsonObject, source: 'delta' | 'message'): readonly StreamEvent[] {
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
