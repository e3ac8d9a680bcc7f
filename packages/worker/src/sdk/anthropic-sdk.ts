import { optionalPackage } from '../optional-package.ts';
import type { Provider, ResolvedTarget } from '@tokenstorm/providers';
import { sdkSettings, wholeBody, withoutVariables } from './sdk-client.ts';
import type { SdkClient, SdkOptions, SdkRequest, SdkResponse } from './sdk-client.ts';

/** The `@anthropic-ai/sdk` package for a target that speaks messages. It is loaded here, at the first use. */
export async function anthropicSdk(
  target: ResolvedTarget,
  provider: Provider,
  options: SdkOptions,
): Promise<SdkClient> {
  const { Anthropic } = await anthropicPackage();
  const settings = sdkSettings(target, provider, '/v1/messages', { ...options, keyHeader: 'X-Api-Key' });
  const client = withoutVariables('ANTHROPIC_', () => new Anthropic({ ...settings, authToken: null }));
  return {
    async send({ body, headers, signal }: SdkRequest): Promise<SdkResponse> {
      // The body is what our own client would send: the SDK's types know fewer members than servers do.
      const call = client.messages.create(body as never, { headers: { ...headers }, signal });
      const { data, response }: { data: unknown; response: Response } = await call.withResponse();
      const chunks = body['stream'] === true ? (data as AsyncIterable<unknown>) : wholeBody(data);
      return { statusCode: response.status, headers: response.headers, chunks };
    },
  };
}

export function anthropicPackage() {
  return optionalPackage('@anthropic-ai/sdk', () => import('@anthropic-ai/sdk'));
}
