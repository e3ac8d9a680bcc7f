import type { Endpoint } from '../settings/endpoint.ts';
import type { HttpRequest } from '../wire/http-request.ts';
import { anthropic } from './anthropic/anthropic.ts';
import { messages } from './anthropic/messages.ts';
import type { Dialect, Vendor } from './dialect.ts';
import { chat, completions } from './openai/chat.ts';
import { openai } from './openai/openai.ts';
import { responses } from './openai/responses.ts';

/** Every endpoint that answers with tokens. */
export const dialects: Readonly<Record<Endpoint, Dialect>> = { chat, completions, responses, messages };

/** The endpoint behind each path, without `/v1`. */
export const dialectOfPath: ReadonlyMap<string, Dialect> = new Map([
  ['/chat/completions', chat],
  ['/completions', completions],
  ['/responses', responses],
  ['/messages', messages],
]);

/** Whose API a request to another path means: Anthropic's clients always name a version. */
export function vendorOf(http: HttpRequest): Vendor {
  return http.headers.has('anthropic-version') ? anthropic : openai;
}
