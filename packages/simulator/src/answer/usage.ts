import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { TruthUsage } from '../truth/truth-record.ts';
import type { CompletionRequest } from './completion-request.ts';

/** The `usage` object after so many streamed tokens, of which some were reasoning. Hidden reasoning is on top of them. */
export function usageOf(
  behaviour: ModelBehaviour,
  request: CompletionRequest,
  streamedTokens: number,
  streamedReasoningTokens: number,
): TruthUsage {
  const promptTokens = behaviour.promptTokens ?? Math.ceil(request.promptCharacters / 4);
  const completionTokens = streamedTokens + behaviour.hiddenReasoningTokens;
  const cachedTokens = Math.min(promptTokens, behaviour.cachedPromptTokens);
  const reasoningTokens = streamedReasoningTokens + behaviour.hiddenReasoningTokens;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    ...(cachedTokens > 0 && { prompt_tokens_details: { cached_tokens: cachedTokens } }),
    ...(reasoningTokens > 0 && { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  };
}

/** Whether a stream for this request ends with a usage chunk. */
export function endsWithUsage(behaviour: ModelBehaviour, request: CompletionRequest): boolean {
  if (behaviour.usage === 'on_request') return request.includesUsage;
  return behaviour.usage !== 'never';
}
