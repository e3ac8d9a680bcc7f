/** The `usage` object as it was sent last, in the fields of its endpoint. Anthropic's is that of `message_start` and `message_delta` together. */
export type TruthUsage = ChatUsage | ResponsesUsage | MessagesUsage;

/** At OpenAI's chat and completions endpoints. */
export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens: number; readonly cache_write_tokens?: number };
  readonly completion_tokens_details?: { readonly reasoning_tokens: number };
}

/** At OpenAI's responses endpoint. */
export interface ResponsesUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number; readonly cache_write_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details?: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
}

/** At Anthropic's: `input_tokens` are those that the cache had no part in. */
export interface MessagesUsage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly output_tokens: number;
  readonly output_tokens_details?: { readonly thinking_tokens: number };
}

/** The same whatever the endpoint: what a client has to make of the usage that it was sent. */
export interface TruthTokenCounts {
  /** All input, cached or not. */
  readonly input: number;
  /** All billed output, reasoning included. */
  readonly output: number;
  /** Of the output; `null` where usage does not say. */
  readonly reasoning: number | null;
  /** Of the input, read from the prompt cache. */
  readonly cached: number;
  /** Of the input, written to the prompt cache. */
  readonly cache_write: number;
}

/** Usage as it is sent, and what it means. */
export interface SentUsage {
  readonly object: TruthUsage;
  readonly counts: TruthTokenCounts;
}
