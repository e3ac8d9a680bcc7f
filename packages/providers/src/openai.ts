import type { Endpoint, ProviderId, RequestErrorKind } from '@tokenstorm/core';
import { openaiDecoder } from './openai-decoder.ts';
import { openaiRequest } from './openai-request.ts';
import type { Provider } from './provider.ts';
import { ResponsesDecoder } from './responses-decoder.ts';
import { responsesRequest } from './responses-request.ts';
import { statusErrorKind } from './status-error-kind.ts';

/** Chat completions by this provider: OpenAI, z.ai's GLM, or vLLM, SGLang, llama.cpp, Ollama, LiteLLM, OpenRouter and many more. */
export function chatDialect(id: ProviderId): Provider {
  return {
    ...dialect(id, 'chat'),
    request: openaiRequest,
    decoder: () => openaiDecoder,
  };
}

/** OpenAI's responses API by this provider. */
export function responsesDialect(id: ProviderId): Provider {
  return {
    ...dialect(id, 'responses'),
    request: responsesRequest,
    decoder: () => new ResponsesDecoder(),
  };
}

function dialect(
  id: ProviderId,
  endpoint: Endpoint,
): Pick<Provider, 'id' | 'endpoint' | 'framing' | 'classifyError'> {
  return { id, endpoint, framing: 'sse', classifyError: openaiErrorKind };
}

/** By status, except that a prompt which a content filter refused (Azure: 400 with this code) is no mistake of the call. */
function openaiErrorKind(statusCode: number, body: string): RequestErrorKind {
  const isFiltered = statusCode === 400 && /"code"\s*:\s*"content_filter"/.test(body);
  return isFiltered ? 'content-filter' : statusErrorKind(statusCode);
}
