import type { FaultKind, FaultPlan, FaultRates } from './fault.ts';

/**
 * A duration in ms (>= 0): always the same, or drawn from a law by the request's own seeded generator.
 * A normal draw below 0 counts as 0. `sigma` is the standard deviation of the logarithm.
 */
export type Latency =
  | number
  | { readonly normal: { readonly meanMs: number; readonly stddevMs: number } }
  | { readonly lognormal: { readonly medianMs: number; readonly sigma: number } };

/**
 * How a model answers. In JSON (`--models`, `/control/models`, the header `x-sim`, the body's `sim`) every key may be
 * written in snake_case as well.
 */
export interface ModelBehaviour {
  /** From the start of service (after the queue) to the first content event. */
  readonly ttftMs: Latency;
  /** From one token to the next: an event of k tokens follows k draws after the one before. */
  readonly itlMs: Latency;
  /** Tokens of the answer (reasoning excluded) where the request asks for no `max_tokens`. 0 is an empty answer. */
  readonly tokens: number;
  /** What the request's `max_tokens` or `max_completion_tokens` does: sets the number, only limits it, or nothing. */
  readonly maxTokens: 'exact' | 'limit' | 'ignored';
  /** Tokens in each content event; a list is gone through in turn. */
  readonly tokensPerEvent: number | readonly number[];
  /** Reasoning tokens streamed before the answer, in `reasoningField`. */
  readonly reasoningTokens: number;
  readonly reasoningField: 'reasoning_content' | 'reasoning';
  /** Reasoning tokens that only `usage` mentions. */
  readonly hiddenReasoningTokens: number;
  /** `none`: no answer after the reasoning. */
  readonly answer: 'text' | 'tool_call' | 'refusal' | 'none';
  /** `unicode`: 2 to 4 byte characters and emoji. `escaped`: the same as `\u` escapes, with quotes and line feeds between. */
  readonly text: 'ascii' | 'unicode' | 'escaped';
  /** The chunk with only the role: written when service starts, in one write with the first token, in the first token's chunk, or not at all. */
  readonly role: 'early' | 'with_first' | 'merged' | 'none';
  /** Writes the response head when service starts, not with the first event. */
  readonly earlyHead: boolean;
  /** The finish reason: in a chunk of its own, in the last content chunk, or never (`[DONE]` may still follow). */
  readonly finish: 'separate' | 'merged' | 'none';
  /** A last chunk with usage: only for `stream_options.include_usage`, always, never; or in each chunk, counting up. */
  readonly usage: 'on_request' | 'always' | 'never' | 'each_chunk';
  /** Ends the stream with `[DONE]`. */
  readonly done: boolean;
  /** Pause between the last token and what follows it (finish reason, usage, `[DONE]`). */
  readonly tailMs: number;
  /** Adds `token_ids` to each content chunk, as vLLM does for `return_token_ids`. */
  readonly tokenIds: boolean;
  /** `prompt_tokens` in usage; `null` counts the characters of the prompt divided by four, rounded up. */
  readonly promptTokens: number | null;
  /** How many of them, at most, `prompt_tokens_details` reports as read from the prompt cache. */
  readonly cachedPromptTokens: number;
  /** A comment line before every k-th content event; 0 for none. */
  readonly commentEvery: number;
  /** Comment pings each so many ms while the first token is awaited; 0 for none. They need the response head: it goes out early. */
  readonly pingMs: number;
  readonly lineEnd: 'lf' | 'crlf' | 'cr';
  /** Writes `data: x`; otherwise `data:x`. */
  readonly dataSpace: boolean;
  /** Spreads each event's JSON over several `data` lines. */
  readonly multiLine: boolean;
  /** Content events in one write: it happens when the last one of them is due. */
  readonly eventsPerWrite: number;
  /** The whole response in one write, when its first token is due. */
  readonly burst: boolean;
  /** Cuts every write into pieces of so many bytes, `splitGapMs` apart, inside UTF-8 and chunk heads too; 0 for none, `random` for 1 to 64 bytes. */
  readonly splitBytes: number | 'random';
  readonly splitGapMs: number;
  /** How the body's end is marked: HTTP chunks (one for each event), `content-length`, or the end of the connection. */
  readonly framing: 'chunked' | 'content_length' | 'close';
  /** Requests of this model that are served at once; the rest wait, first come first served. 0 for no limit. */
  readonly slots: number;
  /** Parameters that the model refuses with 400, such as `temperature` and `max_tokens` with some reasoning models. */
  readonly refusedParameters: readonly string[];
  /** Retry-After of 429 answers, in seconds; with `retryAfterDate` as an HTTP date that far from now. */
  readonly retryAfterSeconds: number;
  readonly retryAfterDate: boolean;
  readonly faults: FaultRates;
  /** By the request's ordinal among those of this model. */
  readonly faultPlan: FaultPlan;
  /** Every request meets this fault; `null` leaves it to plan and rates. */
  readonly fault: FaultKind | null;
}

/** The behaviour that every other one is a change of: TTFT 80 ms and ITL 8 ms lognormal, 40 tokens, no faults. */
export const defaultBehaviour: ModelBehaviour = {
  ttftMs: { lognormal: { medianMs: 80, sigma: 0.25 } },
  itlMs: { lognormal: { medianMs: 8, sigma: 0.25 } },
  tokens: 40,
  maxTokens: 'exact',
  tokensPerEvent: 1,
  reasoningTokens: 0,
  reasoningField: 'reasoning_content',
  hiddenReasoningTokens: 0,
  answer: 'text',
  text: 'ascii',
  role: 'with_first',
  earlyHead: false,
  finish: 'separate',
  usage: 'on_request',
  done: true,
  tailMs: 0,
  tokenIds: false,
  promptTokens: null,
  cachedPromptTokens: 0,
  commentEvery: 0,
  pingMs: 0,
  lineEnd: 'lf',
  dataSpace: true,
  multiLine: false,
  eventsPerWrite: 1,
  burst: false,
  splitBytes: 0,
  splitGapMs: 1,
  framing: 'chunked',
  slots: 0,
  refusedParameters: [],
  retryAfterSeconds: 1,
  retryAfterDate: false,
  faults: {},
  faultPlan: {},
  fault: null,
};
