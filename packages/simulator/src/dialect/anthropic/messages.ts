import type { Dialect } from '../dialect.ts';
import { anthropic } from './anthropic.ts';
import { readMessagesRequest } from './messages-request.ts';
import { MessagesScript } from './messages-script.ts';

/** Anthropic's `/messages`. */
export const messages: Dialect = {
  endpoint: 'messages',
  vendor: anthropic,
  idPrefix: 'req_',
  read: readMessagesRequest,
  script: (model, behaviour, events) => new MessagesScript(model, behaviour, events),
};
