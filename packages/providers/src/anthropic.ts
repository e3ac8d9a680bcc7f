import { AnthropicDecoder } from './anthropic-decoder.ts';
import { anthropicErrorKind } from './anthropic-error.ts';
import { anthropicRequest } from './anthropic-request.ts';
import type { Provider } from './provider.ts';

/** Anthropic's messages API, and that of others who speak it: vLLM, LiteLLM, z.ai. */
export const anthropic: Provider = {
  id: 'anthropic',
  endpoint: 'messages',
  framing: 'sse',
  request: anthropicRequest,
  decoder: () => new AnthropicDecoder(),
  classifyError: anthropicErrorKind,
};
