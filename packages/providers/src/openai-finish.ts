import type { FinishReason } from '@tokenstorm/core';
import { nonEmptyString } from './json-value.ts';

const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  content_filter: 'content-filter',
  safety: 'content-filter',
  sensitive: 'content-filter',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
};

/** Why a choice ended; `undefined` while it goes on: absent, null, and the '' that some servers send in each chunk. */
export function openaiFinishReason(value: unknown): FinishReason | undefined {
  const name = nonEmptyString(value);
  if (name === undefined) return undefined;
  return Object.hasOwn(reasons, name) ? reasons[name] : 'other';
}
