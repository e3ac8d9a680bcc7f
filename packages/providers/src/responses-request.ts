import { endpointUrl } from './endpoint-url.ts';
import { mergeBody } from './merge-body.ts';
import { bearer } from './openai-request.ts';
import type { ChatCall, HttpRequest, ResolvedTarget } from './provider.ts';
import { reasoningTraits } from './reasoning-model.ts';
import { requestHeaders } from './request-headers.ts';

/**
 * A request of OpenAI's responses API. The messages are its `input`, a system message among them in its place, so that
 * the prompt is the one that a chat request would send. Usage comes without asking. Headers, reasoning models and
 * `extraBody` as for chat.
 */
export function responsesRequest(call: ChatCall, target: ResolvedTarget): HttpRequest {
  return {
    method: 'POST',
    url: endpointUrl(target, '/responses'),
    headers: requestHeaders(call, target, bearer(target)),
    body: JSON.stringify(mergeBody(requestBody(call, target), call.extraBody)),
  };
}

function requestBody(call: ChatCall, target: ResolvedTarget): Record<string, unknown> {
  const { messages, stream, maxTokens, temperature } = call;
  const body: Record<string, unknown> = { model: target.model, input: messages, stream };
  if (maxTokens !== undefined) body['max_output_tokens'] = maxTokens;
  if (temperature !== undefined && !reasoningTraits(target).refusesTemperature)
    body['temperature'] = temperature;
  return body;
}
