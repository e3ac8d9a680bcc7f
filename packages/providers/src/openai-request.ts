import { endpointUrl } from './endpoint-url.ts';
import { mergeBody } from './merge-body.ts';
import type { ChatCall, HttpRequest, ResolvedTarget } from './provider.ts';
import { reasoningTraits } from './reasoning-model.ts';
import { requestHeaders } from './request-headers.ts';

/**
 * A chat completion request. A streamed one asks for usage (`stream_options.include_usage`). The headers of the
 * target, then those of the call, override ours. OpenAI's reasoning models get `max_completion_tokens` in place of
 * `max_tokens`, and no `temperature`; `extraBody` comes last and can ask for either all the same (`mergeBody`).
 */
export function openaiRequest(call: ChatCall, target: ResolvedTarget): HttpRequest {
  return {
    method: 'POST',
    url: endpointUrl(target, '/chat/completions'),
    headers: requestHeaders(call, target, bearer(target)),
    body: JSON.stringify(mergeBody(requestBody(call, target), call.extraBody)),
  };
}

/** The key as OpenAI and those who follow it take it; nothing where there is none. */
export function bearer({ apiKey }: ResolvedTarget): Readonly<Record<string, string>> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}

function requestBody(call: ChatCall, target: ResolvedTarget): Record<string, unknown> {
  const { messages, stream, maxTokens, temperature } = call;
  const { wantsCompletionLimit, refusesTemperature } = reasoningTraits(target);
  const body: Record<string, unknown> = { model: target.model, messages, stream };
  if (stream) body['stream_options'] = { include_usage: true };
  if (maxTokens !== undefined)
    body[wantsCompletionLimit ? 'max_completion_tokens' : 'max_tokens'] = maxTokens;
  if (temperature !== undefined && !refusesTemperature) body['temperature'] = temperature;
  return body;
}
