import type { ProviderId, RequestErrorKind } from '@tokenstorm/core';
import { openaiDecoder } from './openai-decoder.ts';
import { openaiRequest } from './openai-request.ts';
import type { Provider } from './provider.ts';
import { statusErrorKind } from './status-error-kind.ts';

/** OpenAI's own chat completions. */
export const openai: Provider = openaiDialect('openai');

/** The same dialect as others speak it: vLLM, SGLang, llama.cpp, TGI, Ollama, LiteLLM, OpenRouter and many more. */
export const openaiCompatible: Provider = openaiDialect('openai-compatible');

function openaiDialect(id: ProviderId): Provider {
  return {
    id,
    framing: 'sse',
    request: openaiRequest,
    decoder: () => openaiDecoder,
    classifyError: openaiErrorKind,
  };
}

/** By status, except that a prompt which a content filter refused (Azure: 400 with this code) is no mistake of the call. */
function openaiErrorKind(statusCode: number, body: string): RequestErrorKind {
  const isFiltered = statusCode === 400 && /"code"\s*:\s*"content_filter"/.test(body);
  return isFiltered ? 'content-filter' : statusErrorKind(statusCode);
}
