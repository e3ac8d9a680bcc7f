import type { TokenUsage } from '@tokenstorm/core';
import { count, isObject } from './json-value.ts';
import type { JsonObject } from './json-value.ts';

const names = [
  'input_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'output_tokens',
  'thinking_tokens',
] as const;

type Name = (typeof names)[number];

/**
 * The counts of one message so far. A stream gives them in parts: those of the input at its start, those of the output
 * at its end, cumulative ones of both in newer versions.
 */
export class AnthropicUsage {
  readonly #counts: Partial<Record<Name, number>> = {};
  /** The message has a block of thinking, shown or not. */
  hasThinking = false;

  /**
   * Takes over what a `usage` says; a later count replaces an earlier one, but for a 0 where there was more (servers that
   * give the input only once).
   */
  add(usage: unknown): void {
    if (!isObject(usage)) return;
    const details = usage['output_tokens_details'];
    const all: JsonObject = { ...(isObject(details) ? details : {}), ...usage };
    for (const name of names) {
      const tokens = count(all[name]);
      if (tokens !== undefined) this.#counts[name] = tokens === 0 ? (this.#counts[name] ?? 0) : tokens;
    }
  }

  /** The same for the usage at a stream's start, whose output count (1 or so) is no count of what was streamed so far. */
  addStart(usage: unknown): void {
    if (!isObject(usage)) return;
    const { output_tokens: _output, output_tokens_details: _details, ...input } = usage;
    this.add(input);
  }

  /**
   * `undefined` where nothing was counted. The input is all of it: fresh, read from the cache and written to it. Older
   * versions, and others who speak this API, do not say how much of the output was thinking.
   */
  get usage(): TokenUsage | undefined {
    const read = this.#counts.cache_read_input_tokens;
    const written = this.#counts.cache_creation_input_tokens;
    const {
      input_tokens: fresh,
      output_tokens: outputTokens,
      thinking_tokens: reasoningTokens,
    } = this.#counts;
    const isUncounted = this.hasThinking && outputTokens !== undefined && reasoningTokens === undefined;
    const usage: TokenUsage = {
      ...(fresh === undefined ? {} : { inputTokens: fresh + (read ?? 0) + (written ?? 0) }),
      ...(outputTokens === undefined ? {} : { outputTokens }),
      ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
      ...(isUncounted ? { uncountedReasoning: true } : {}),
      ...(read === undefined ? {} : { cachedInputTokens: read }),
      ...(written === undefined ? {} : { cacheWriteTokens: written }),
    };
    return Object.keys(usage).length === 0 ? undefined : usage;
  }
}
