import type { Provider, ResolvedTarget } from '@tokenstorm/providers';
import { undici } from '../wire/undici-library.ts';
import { anthropicSdk } from './anthropic-sdk.ts';
import { openaiSdk } from './openai-sdk.ts';
import type { SdkClient, SdkOptions } from './sdk-client.ts';

/** Later than any timeout of ours: what ends a request is to be ours, and named by us. */
const timeoutMs = 24 * 60 * 60 * 1000;

/** The vendor's SDK for a target. */
export function sdkOf(target: ResolvedTarget, provider: Provider): Promise<SdkClient> {
  const options = { timeoutMs, ...fetchFor(target) };
  return provider.endpoint === 'messages'
    ? anthropicSdk(target, provider, options)
    : openaiSdk(target, provider, options);
}

/** Node's own `fetch`, which the SDKs take by themselves; undici's where certificates are not the usual ones. */
function fetchFor({ tls }: ResolvedTarget): Pick<SdkOptions, 'fetch'> {
  if (!tls.insecure && tls.ca === undefined) return {};
  const { Agent, fetch } = undici();
  const connect = { rejectUnauthorized: !tls.insecure, ...(tls.ca !== undefined && { ca: tls.ca }) };
  const dispatcher = new Agent({ connect });
  // Undici's types of the same web classes are not those of Node.
  return { fetch: (url, init) => fetch(url as never, { ...init, dispatcher } as never) };
}
