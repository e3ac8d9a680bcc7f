import { streamedTokens } from '../../answer/outline.ts';
import type { Outline } from '../../answer/outline.ts';
import { tokenCounts } from '../../answer/token-counts.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import type { ResponsesUsage, SentUsage, TruthTokenCounts } from '../../truth/truth-usage.ts';

/** The usage of a response that has ended; `null` where the behaviour has none. */
export function responsesUsage(behaviour: ModelBehaviour, outline: Outline): SentUsage | null {
  if (behaviour.usage === 'never') return null;
  const counts = tokenCounts(behaviour, outline.request, streamedTokens(outline.spans));
  return { counts, object: usageObject(counts) };
}

function usageObject({ input, output, reasoning, cached, cache_write }: TruthTokenCounts): ResponsesUsage {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: cache_write },
    output_tokens: output,
    ...(reasoning !== null && { output_tokens_details: { reasoning_tokens: reasoning } }),
    total_tokens: input + output,
  };
}
