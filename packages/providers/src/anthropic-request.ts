import { anthropicMaxTokens } from '@tokenstorm/core';
import type { ChatMessage } from '@tokenstorm/core';
import { endpointUrl } from './endpoint-url.ts';
import { mergeBody } from './merge-body.ts';
import type { ChatCall, HttpRequest, ResolvedTarget } from './provider.ts';
import { requestHeaders } from './request-headers.ts';

/**
 * A request of Anthropic's messages API. The key goes into `x-api-key`; a server that wants a bearer token instead gets
 * it from the target's headers. System messages move to the top-level `system`: one as text, several as blocks in their
 * order. `max_tokens` is mandatory there: `anthropicMaxTokens` (1,024) where the workload has none. Thinking, tools and
 * cache marks come from `extraBody`, which is merged in last (`mergeBody`).
 */
export function anthropicRequest(call: ChatCall, target: ResolvedTarget): HttpRequest {
  const key = target.apiKey === undefined ? {} : { 'x-api-key': target.apiKey };
  return {
    method: 'POST',
    url: endpointUrl(target, '/messages'),
    headers: requestHeaders(call, target, { 'anthropic-version': '2023-06-01', ...key }),
    body: JSON.stringify(mergeBody(requestBody(call, target.model), call.extraBody)),
  };
}

function requestBody(call: ChatCall, model: string): Record<string, unknown> {
  const system = systemOf(call.messages);
  return {
    model,
    max_tokens: call.maxTokens ?? anthropicMaxTokens,
    ...(system === undefined ? {} : { system }),
    messages: call.messages.filter(({ role }) => role !== 'system'),
    stream: call.stream,
    ...(call.temperature === undefined ? {} : { temperature: call.temperature }),
  };
}

function systemOf(messages: readonly ChatMessage[]): unknown {
  const texts = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  if (texts.length < 2) return texts[0];
  return texts.map((text) => ({ type: 'text', text }));
}
