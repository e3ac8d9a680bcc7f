import { optionalPackage } from '../optional-package.ts';
import type { Provider, ResolvedTarget } from '@tokenstorm/providers';
import { sdkSettings, wholeBody, withoutVariables } from './sdk-client.ts';
import type { SdkClient, SdkOptions, SdkRequest, SdkResponse } from './sdk-client.ts';

/** What the SDK's calls have in common, as far as we go: a promise of the parsed answer, with its response. */
interface Call {
  withResponse(): Promise<{ readonly data: unknown; readonly response: Response }>;
}

/** The `openai` package for a target that speaks chat completions or responses. It is loaded here, at the first use. */
export async function openaiSdk(
  target: ResolvedTarget,
  provider: Provider,
  options: SdkOptions,
): Promise<SdkClient> {
  const { OpenAI } = await openaiPackage();
  const isChat = provider.endpoint === 'chat';
  const operation = isChat ? '/chat/completions' : '/responses';
  const settings = sdkSettings(target, provider, operation, { ...options, keyHeader: 'Authorization' });
  const client = withoutVariables('OPENAI_', () => new OpenAI(settings));
  // The body is what our own client would send: the SDK's types know fewer members than servers do.
  const create = (body: never, request: { headers: Record<string, string>; signal: AbortSignal }): Call =>
    isChat ? client.chat.completions.create(body, request) : client.responses.create(body, request);
  return {
    async send({ body, headers, signal }: SdkRequest): Promise<SdkResponse> {
      const { data, response } = await create(body as never, {
        headers: { ...headers },
        signal,
      }).withResponse();
      const chunks = body['stream'] === true ? (data as AsyncIterable<unknown>) : wholeBody(data);
      return { statusCode: response.status, headers: response.headers, chunks };
    },
  };
}

export function openaiPackage() {
  return optionalPackage('openai', () => import('openai'));
}
