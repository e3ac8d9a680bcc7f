import type { Endpoint, ProviderId } from './scenario.ts';

/** The APIs that each dialect has; the first is the one that is meant where a scenario names none. */
export const endpointsOf: Readonly<Record<ProviderId, readonly [Endpoint, ...Endpoint[]]>> = {
  openai: ['chat', 'responses'],
  'openai-compatible': ['chat', 'responses'],
  anthropic: ['messages'],
  glm: ['chat'],
};

/** Tokens that a request of Anthropic's messages API is limited to where its workload says nothing: the API wants a limit. */
export const anthropicMaxTokens = 1024;
