import type { ChatCall, HttpRequest, ResolvedTarget } from './provider.ts';
import { isObject } from './json-value.ts';
import { openaiChatUrl } from './openai-url.ts';

/** Headers that only the client can know; a scenario's are left out. */
const clientHeaders: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'accept-encoding',
]);

/**
 * A chat completion request. A streamed one asks for usage (`stream_options.include_usage`). The headers of the
 * target, then those of the call, override ours. `extraBody` is merged into the body last, member by member; only
 * `stream_options` is merged one level deeper, so that another option there does not turn the usage off. A null in
 * `extraBody` takes away what would stand there (`max_tokens: null`), and is sent as null where nothing would.
 */
export function openaiRequest(call: ChatCall, target: ResolvedTarget): HttpRequest {
  return {
    method: 'POST',
    url: targetUrl(target),
    headers: requestHeaders(call, target),
    body: JSON.stringify(mergeBody(requestBody(call, target.model), call.extraBody)),
  };
}

/** A target never changes, so neither does its URL; working it out costs as much as the rest of a request. */
const urls = new WeakMap<ResolvedTarget, URL>();

function targetUrl(target: ResolvedTarget): URL {
  const known = urls.get(target);
  if (known !== undefined) return known;
  const url = openaiChatUrl(target.baseUrl, target.query);
  urls.set(target, url);
  return url;
}

function requestHeaders(call: ChatCall, target: ResolvedTarget): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: call.stream ? 'text/event-stream' : 'application/json',
  };
  if (target.apiKey !== undefined) headers['authorization'] = `Bearer ${target.apiKey}`;
  for (const given of [target.headers, call.headers]) {
    for (const [name, value] of Object.entries(given)) setHeader(headers, name.toLowerCase(), value);
  }
  return headers;
}

function setHeader(headers: Record<string, string>, name: string, value: string): void {
  if (!clientHeaders.has(name)) headers[name] = value;
}

function requestBody(call: ChatCall, model: string): Record<string, unknown> {
  const body: Record<string, unknown> = { model, messages: call.messages, stream: call.stream };
  if (call.stream) body['stream_options'] = { include_usage: true };
  if (call.maxTokens !== undefined) body['max_tokens'] = call.maxTokens;
  if (call.temperature !== undefined) body['temperature'] = call.temperature;
  return body;
}

function mergeBody(
  body: Record<string, unknown>,
  extra: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  for (const [name, value] of Object.entries(extra)) {
    const ours = body[name];
    if (value === null && ours !== undefined) delete body[name];
    else if (name === 'stream_options' && isObject(ours) && isObject(value))
      body[name] = { ...ours, ...value };
    else body[name] = value;
  }
  return body;
}
