import type { FinishReason } from '@tokenstorm/core';
import { isObject, nonEmptyString } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import { openaiUsage } from './openai-usage.ts';
import { bodyEvents, chunkEvents, endMark, frameEvents } from './parsed-frame.ts';
import type { StreamDecoder, StreamEvent } from './provider.ts';
import { responsesError } from './responses-error.ts';
import { callsTool, outputDeltas, responsesDeltas } from './responses-events.ts';

/** Events that end a stream; each carries the whole response. */
const lastEvents: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
]);
const incompleteReasons: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
};

/**
 * Reads responses, streamed or whole. Its only state is whether content came: a stream whose last event holds an output
 * that no delta told of is taken from there (servers that do not really stream).
 */
export class ResponsesDecoder implements StreamDecoder {
  #hasContent = false;

  frame(payload: string): readonly StreamEvent[] {
    return frameEvents(payload, (root) => this.#event(root));
  }

  chunk(value: unknown): readonly StreamEvent[] {
    return chunkEvents(value, (root) => this.#event(root));
  }

  body(payload: string): readonly StreamEvent[] {
    return bodyEvents(payload, wholeEvents);
  }

  #event(root: JsonObject): readonly StreamEvent[] {
    const { type, response } = root;
    const content = responsesDeltas(root);
    if (content.length > 0) {
      this.#hasContent = true;
      return content;
    }
    if (!lastEvents.has(type)) return responsesError(root);
    const last = isObject(response) ? response : {};
    const output = this.#hasContent ? [] : outputDeltas(last['output']);
    return [...output, ...outcomeEvents(last, String(type).slice('response.'.length)), ...endMark];
  }
}

function wholeEvents(root: JsonObject): readonly StreamEvent[] {
  return [...outputDeltas(root['output']), ...outcomeEvents(root, nonEmptyString(root['status']))];
}

/** Usage, finish reason and error of a response that is over, by its status. */
function outcomeEvents(response: JsonObject, status: string | undefined): readonly StreamEvent[] {
  const usage = openaiUsage(response);
  const finish = finishReason(response, status);
  const errors = responsesError(response);
  const isFailed = errors.length > 0 || status === 'failed' || status === 'cancelled';
  return [
    ...(usage === undefined ? [] : [{ type: 'usage', usage } as const]),
    ...(finish === undefined || isFailed ? [] : [{ type: 'finish', reason: finish } as const]),
    ...(isFailed && errors.length === 0 ? [statusError(status)] : errors),
  ];
}

function finishReason(response: JsonObject, status: string | undefined): FinishReason | undefined {
  if (status === 'completed') return callsTool(response['output']) ? 'tool-calls' : 'stop';
  if (status !== 'incomplete') return undefined;
  const details = response['incomplete_details'];
  const reason = isObject(details) ? nonEmptyString(details['reason']) : undefined;
  return reason !== undefined && Object.hasOwn(incompleteReasons, reason)
    ? incompleteReasons[reason]
    : 'other';
}

function statusError(status: string | undefined): StreamEvent {
  return { type: 'error', kind: 'stream-error', message: `the response's status is ${status}` };
}
