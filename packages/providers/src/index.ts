import type { ProviderId } from '@tokenstorm/core';
import { openai, openaiCompatible } from './openai.ts';
import type { Provider } from './provider.ts';

export { errorMessage } from './error-message.ts';
export * from './provider.ts';
export { redact } from './redact.ts';

/** Every dialect by the name it has in a scenario. */
export const providers = {
  openai,
  'openai-compatible': openaiCompatible,
} satisfies Record<ProviderId, Provider>;
