import type { TokenUsage } from '@tokenstorm/core';
import { arrayOrEmpty, count, isObject } from './json-value.ts';
import type { JsonObject } from './json-value.ts';

/**
 * Token counts of a chat response, a chunk of one or a `response` object, wherever its server puts them: `usage`,
 * `x_groq.usage` (Groq) or `usage` in a choice (Moonshot). `undefined` where there are none, null included.
 */
export function openaiUsage(root: JsonObject): TokenUsage | undefined {
  const usage = usageObject(root);
  if (usage === undefined) return undefined;
  const counts = {
    inputTokens: inputTokens(usage),
    outputTokens: outputTokens(usage),
    reasoningTokens: reasoningTokens(usage),
    cachedInputTokens: cachedInputTokens(usage),
    cacheWriteTokens: inputDetail(usage, 'cache_write_tokens'),
  };
  const known = Object.entries(counts).filter(([, tokens]) => tokens !== undefined);
  return known.length === 0 ? undefined : (Object.fromEntries(known) as TokenUsage);
}

function usageObject(root: JsonObject): JsonObject | undefined {
  if (isObject(root['usage'])) return root['usage'];
  const groq = root['x_groq'];
  if (isObject(groq) && isObject(groq['usage'])) return groq['usage'];
  for (const choice of arrayOrEmpty(root['choices'])) {
    if (isObject(choice) && isObject(choice['usage'])) return choice['usage'];
  }
  return undefined;
}

/** All billed output. xAI leaves reasoning out of `completion_tokens`; its `total_tokens` shows it. */
function outputTokens(usage: JsonObject): number | undefined {
  const completion = count(usage['completion_tokens']) ?? count(usage['output_tokens']);
  const reasoning = reasoningTokens(usage) ?? 0;
  if (completion === undefined || reasoning === 0) return completion;
  const prompt = inputTokens(usage) ?? 0;
  const isApart = count(usage['total_tokens']) === prompt + completion + reasoning;
  return isApart ? completion + reasoning : completion;
}

/** In the details (OpenAI), or beside the other counts (SGLang). */
function reasoningTokens(usage: JsonObject): number | undefined {
  const details = usage['completion_tokens_details'] ?? usage['output_tokens_details'];
  const detailed = isObject(details) ? count(details['reasoning_tokens']) : undefined;
  return detailed ?? count(usage['reasoning_tokens']);
}

/** In the details (OpenAI), or beside the other counts (DeepSeek, Moonshot). */
function cachedInputTokens(usage: JsonObject): number | undefined {
  const detailed = inputDetail(usage, 'cached_tokens');
  return detailed ?? count(usage['prompt_cache_hit_tokens']) ?? count(usage['cached_tokens']);
}

function inputDetail(usage: JsonObject, name: string): number | undefined {
  const details = usage['prompt_tokens_details'] ?? usage['input_tokens_details'];
  return isObject(details) ? count(details[name]) : undefined;
}

/** By chat completions' name for it, or by that of responses. */
function inputTokens(usage: JsonObject): number | undefined {
  return count(usage['prompt_tokens']) ?? count(usage['input_tokens']);
}
