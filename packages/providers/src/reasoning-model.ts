import type { ResolvedTarget } from './provider.ts';

/** o1, o3, o4-mini, gpt-5, gpt-5.6-sol, gpt-6-astra, codex-mini-latest; fine-tuned ones are `ft:o4-mini:…`. */
const reasoningNames = /^(?:ft:)?(?:o\d+|gpt-(?:[5-9]|\d{2,})|codex)(?![a-z\d])/;

/** How OpenAI's own reasoning models differ in what they accept. */
export interface ReasoningTraits {
  /** They refuse `max_tokens` and want `max_completion_tokens`. */
  readonly wantsCompletionLimit: boolean;
  /** They refuse any `temperature` but the default; the `…-chat…` models of the same families take one. */
  readonly refusesTemperature: boolean;
}

const plain: ReasoningTraits = { wantsCompletionLimit: false, refusesTemperature: false };

/**
 * What OpenAI's reasoning models ask for, by the model's name, which is all that a client knows: the o series, gpt-5 and
 * later, and codex, after any `vendor/`. Only for type `openai`: other servers choose their own names.
 */
export function reasoningTraits({ type, model }: ResolvedTarget): ReasoningTraits {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  if (type !== 'openai' || !reasoningNames.test(name)) return plain;
  return { wantsCompletionLimit: true, refusesTemperature: !name.includes('-chat') };
}
