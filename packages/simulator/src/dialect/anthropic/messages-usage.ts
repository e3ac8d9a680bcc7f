import type { Outline } from '../../answer/outline.ts';
import { tokenCounts } from '../../answer/token-counts.ts';
import type { StreamedTokens } from '../../answer/token-counts.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import type { MessagesUsage, SentUsage, TruthTokenCounts } from '../../truth/truth-usage.ts';

/** Usage after so many streamed tokens; `null` where the behaviour has none. */
export function messagesUsage(
  behaviour: ModelBehaviour,
  { request }: Outline,
  streamed: StreamedTokens,
): SentUsage | null {
  if (behaviour.usage === 'never') return null;
  const counts = tokenCounts(behaviour, request, streamed);
  return { counts, object: usageObject(counts) };
}

/** The usage in `message_start`: the first of the output tokens, and no input where it comes late. */
export function startUsage(behaviour: ModelBehaviour, outline: Outline): object {
  const usage = messagesUsage(behaviour, outline, { all: 1, reasoning: 0 });
  if (usage === null) return {};
  const isLate = behaviour.messageUsage === 'late';
  const counts = isLate ? { ...usage.counts, input: 0, cached: 0, cache_write: 0 } : usage.counts;
  const { cache_write } = counts;
  return {
    usage: {
      ...usageObject({ ...counts, reasoning: null, output: isLate ? 0 : 1 }),
      cache_creation: { ephemeral_5m_input_tokens: cache_write, ephemeral_1h_input_tokens: 0 },
      service_tier: 'standard',
    },
  };
}

/** The usage in `message_delta`, which counts from the start of the message. */
export function deltaUsage(behaviour: ModelBehaviour, usage: SentUsage | null): object {
  if (usage === null) return {};
  if (behaviour.messageUsage !== 'output') return { usage: usage.object };
  const { output_tokens, output_tokens_details } = usageObject(usage.counts);
  return { usage: { output_tokens, ...(output_tokens_details && { output_tokens_details }) } };
}

function usageObject({ input, output, reasoning, cached, cache_write }: TruthTokenCounts): MessagesUsage {
  return {
    input_tokens: input - cached - cache_write,
    cache_creation_input_tokens: cache_write,
    cache_read_input_tokens: cached,
    output_tokens: output,
    ...(reasoning && { output_tokens_details: { thinking_tokens: reasoning } }),
  };
}
