import type { FinishReason } from '@tokenstorm/core';
import { nonEmptyString } from './json-value.ts';

/** `refusal` is the end that Anthropic's streaming classifiers make of an answer, without a text of its own. */
const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
};

/** Why a message ended; `undefined` while it goes on. What has no word of ours (`pause_turn`, `compaction`) is `other`. */
export function anthropicFinishReason(value: unknown): FinishReason | undefined {
  const name = nonEmptyString(value);
  if (name === undefined) return undefined;
  return Object.hasOwn(reasons, name) ? reasons[name] : 'other';
}
