import type { CompletionRequest } from '../../answer/completion-request.ts';
import { tokenCounts } from '../../answer/token-counts.ts';
import type { StreamedTokens } from '../../answer/token-counts.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import type { ChatUsage, SentUsage, TruthTokenCounts } from '../../truth/truth-usage.ts';

/** Usage after so many streamed tokens. */
export function chatUsage(
  behaviour: ModelBehaviour,
  request: CompletionRequest,
  streamed: StreamedTokens,
): SentUsage {
  const counts = tokenCounts(behaviour, request, streamed);
  return { counts, object: usageObject(counts) };
}

/** Whether a stream for this request ends with a usage chunk. */
export function endsWithUsage(behaviour: ModelBehaviour, request: CompletionRequest): boolean {
  if (behaviour.usage === 'on_request') return request.includesUsage;
  return behaviour.usage !== 'never';
}

function usageObject({ input, output, reasoning, cached, cache_write }: TruthTokenCounts): ChatUsage {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached + cache_write > 0 && {
      prompt_tokens_details: {
        cached_tokens: cached,
        ...(cache_write > 0 && { cache_write_tokens: cache_write }),
      },
    }),
    ...(reasoning && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}
