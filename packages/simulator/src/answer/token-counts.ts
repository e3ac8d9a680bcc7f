import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { TruthTokenCounts } from '../truth/truth-usage.ts';
import type { CompletionRequest } from './completion-request.ts';

/** What was streamed so far: all tokens, and the reasoning among them. */
export interface StreamedTokens {
  readonly all: number;
  readonly reasoning: number;
}

/** The input tokens of a request, as this server counts them. */
export function inputTokens(behaviour: ModelBehaviour, request: CompletionRequest): number {
  return behaviour.promptTokens ?? Math.ceil(request.promptCharacters / 4);
}

/** The input tokens among them that come from the prompt cache. */
export function cachedTokens(behaviour: ModelBehaviour, request: CompletionRequest): number {
  return Math.min(inputTokens(behaviour, request), behaviour.cachedPromptTokens);
}

/** What is billed after so many streamed tokens. Hidden reasoning is on top of them. */
export function tokenCounts(
  behaviour: ModelBehaviour,
  request: CompletionRequest,
  streamed: StreamedTokens,
): TruthTokenCounts {
  const input = inputTokens(behaviour, request);
  const cached = cachedTokens(behaviour, request);
  const hidden = behaviour.hiddenReasoningTokens;
  return {
    input,
    output: streamed.all + hidden,
    reasoning: behaviour.reasoningInUsage ? streamed.reasoning + hidden : null,
    cached,
    cache_write: Math.min(input - cached, behaviour.cacheWritePromptTokens),
  };
}
