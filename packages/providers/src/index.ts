import type { Endpoint, ProviderId } from '@tokenstorm/core';
import { anthropic } from './anthropic.ts';
import { chatDialect, responsesDialect } from './openai.ts';
import type { Provider } from './provider.ts';

export { errorMessage } from './error-message.ts';
export * from './observed-limits.ts';
export * from './provider.ts';
export { redact } from './redact.ts';
export { retryAfterMs } from './retry-after.ts';

type EndpointMap = Readonly<Partial<Record<Endpoint, Provider>>>;

/** Every dialect by the type and the endpoint that a scenario names. The core's `endpointsOf` holds the same pairs. */
export const providers = {
  openai: { chat: chatDialect('openai'), responses: responsesDialect('openai') },
  'openai-compatible': {
    chat: chatDialect('openai-compatible'),
    responses: responsesDialect('openai-compatible'),
  },
  glm: { chat: chatDialect('glm') },
  anthropic: { messages: anthropic },
} satisfies Record<ProviderId, EndpointMap>;

/** The dialect of a target. Throws `TypeError` for a pair that the scenario's validation would have refused. */
export function providerOf({
  type,
  endpoint,
}: {
  readonly type: ProviderId;
  readonly endpoint: Endpoint;
}): Provider {
  const endpoints: EndpointMap = providers[type];
  const provider = endpoints[endpoint];
  if (provider === undefined) throw new TypeError(`${type} has no endpoint ${endpoint}`);
  return provider;
}
