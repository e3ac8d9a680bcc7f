import type { ChatCall, ResolvedTarget } from '../provider.ts';

/** A streamed call with one user message. */
export const call: ChatCall = {
  messages: [{ role: 'user', content: 'Hi "you" é' }],
  stream: true,
  extraBody: {},
  headers: {},
};

/** A target of an own server, with the key `secret`. */
export const target: ResolvedTarget = {
  key: 'own/m',
  provider: 'own',
  type: 'openai-compatible',
  endpoint: 'chat',
  model: 'm',
  baseUrl: 'http://127.0.0.1:8000',
  apiKey: 'secret',
  headers: {},
  query: {},
  tls: { insecure: false },
  http2: false,
};
