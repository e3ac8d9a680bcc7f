import type { Dialect } from '../dialect.ts';
import { chatIdPrefixes } from './chat-json.ts';
import { readChatRequest } from './chat-request.ts';
import { ChatScript } from './chat-script.ts';
import { openai } from './openai.ts';

/** OpenAI's `/chat/completions`, and that of every server that speaks it. */
export const chat = chatDialect('chat');

/** OpenAI's legacy `/completions`. */
export const completions = chatDialect('completions');

function chatDialect(endpoint: 'chat' | 'completions'): Dialect {
  return {
    endpoint,
    vendor: openai,
    idPrefix: chatIdPrefixes[endpoint],
    read: (body) => readChatRequest(endpoint, body),
    script: (model, behaviour, events) => new ChatScript(endpoint, model, behaviour, events),
  };
}
