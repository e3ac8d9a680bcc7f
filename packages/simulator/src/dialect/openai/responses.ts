import type { Dialect } from '../dialect.ts';
import { openai } from './openai.ts';
import { readResponsesRequest } from './responses-request.ts';
import { ResponsesScript } from './responses-script.ts';

/** OpenAI's `/responses`. */
export const responses: Dialect = {
  endpoint: 'responses',
  vendor: openai,
  idPrefix: 'resp_',
  read: readResponsesRequest,
  script: (model, behaviour, events) => new ResponsesScript(model, behaviour, events),
};
