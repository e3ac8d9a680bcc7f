import type { Scenario } from '@tokenstorm/core';
import { anthropicPackage } from './anthropic-sdk.ts';
import { openaiPackage } from './openai-sdk.ts';

/** Rejects with `E_FILE` where a run is to send by the vendors' SDKs and lacks one of them; harmless for others. */
export async function checkSdks({ execution, targets }: Scenario): Promise<void> {
  if (execution.client !== 'sdk') return;
  for (const { endpoint } of targets) await (endpoint === 'messages' ? anthropicPackage() : openaiPackage());
}
