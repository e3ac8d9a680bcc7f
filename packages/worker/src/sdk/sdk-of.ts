import type { Provider, ResolvedTarget } from '@tokenstorm/providers';
import { EgressPolicy } from '../permissions/egress-policy.ts';
import { anthropicSdk } from './anthropic-sdk.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { openaiSdk } from './openai-sdk.ts';
import type { SdkClient } from './sdk-client.ts';

/** Later than any timeout of ours: what ends a request is to be ours, and named by us. */
const timeoutMs = 24 * 60 * 60 * 1000;

/** The vendor's SDK for a target. It sends with undici's `fetch`, which is Node's, to where it may. */
export function sdkOf(
  target: ResolvedTarget,
  provider: Provider,
  egress = new EgressPolicy(),
): Promise<SdkClient> {
  const { insecure, ca } = target.tls;
  const tls = { rejectUnauthorized: !insecure, ...(ca !== undefined && { ca }) };
  const options = { timeoutMs, fetch: guardedFetch(egress, tls) };
  return provider.endpoint === 'messages'
    ? anthropicSdk(target, provider, options)
    : openaiSdk(target, provider, options);
}
