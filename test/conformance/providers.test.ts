import { providers } from '@tokenstorm/providers';
import type { Provider } from '@tokenstorm/providers';
import { recordedStreams } from '../support/provider-streams.ts';
import { providerConformance } from './provider.ts';
import type { DialectSamples } from './provider.ts';

const samples: Readonly<Record<Provider['endpoint'], DialectSamples>> = {
  chat: {
    streams: recordedStreams(''),
    body: JSON.stringify({
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    }),
    error: '{"error":{"message":"no","type":"server_error"}}',
  },
  responses: {
    streams: recordedStreams('responses'),
    body: JSON.stringify({
      status: 'completed',
      error: null,
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }],
      usage: { input_tokens: 1, output_tokens: 1 },
    }),
    error: '{"type":"error","code":"server_error","message":"no"}',
  },
  messages: {
    streams: recordedStreams('anthropic'),
    body: JSON.stringify({
      type: 'message',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, output_tokens: 1 },
    }),
    error: '{"type":"error","error":{"type":"api_error","message":"no"}}',
  },
};

for (const [type, endpoints] of Object.entries(providers)) {
  for (const provider of Object.values<Provider>(endpoints)) {
    providerConformance(`${type} ${provider.endpoint}`, provider, samples[provider.endpoint]);
  }
}
