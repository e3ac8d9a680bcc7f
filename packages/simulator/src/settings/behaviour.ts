import type { FaultKind, FaultPlan, FaultRates } from './fault.ts';
import { defaultLimits } from './limit-behaviour.ts';
import type { LimitBehaviour } from './limit-behaviour.ts';

/**
 * A duration in ms (>= 0): always the same, or drawn from a law by the request's own seeded generator.
 * A normal draw below 0 counts as 0. `sigma` is the standard deviation of the logarithm.
 */
export type Latency =
  | number
  | { readonly normal: { readonly meanMs: number; readonly stddevMs: number } }
  | { readonly lognormal: { readonly medianMs: number; readonly sigma: number } };

/**
 * How a model answers, at every endpoint. In JSON (`--models`, `/control/models`, the header `x-sim`, the body's `sim`) every key may be
 * written in snake_case as well.
 */
export interface ModelBehaviour extends LimitBehaviour {
  /** From the start of service (after the queue) to the first content event. */
  readonly ttftMs: Latency;
  /** From one token to the next: an event of k tokens follows k draws after the one before, one without tokens (a tool's name) one draw. */
  readonly itlMs: Latency;
  /** Tokens of the answer (reasoning excluded) where the request asks for no `max_tokens`. 0 is an empty answer. */
  readonly tokens: number;
  /** What the request's `max_tokens` (of whatever name) does: sets the number, only limits it, or nothing. */
  readonly maxTokens: 'exact' | 'limit' | 'ignored';
  /** Tokens in each content event; a list is gone through in turn. */
  readonly tokensPerEvent: number | readonly number[];
  /** Reasoning tokens streamed before the answer. */
  readonly reasoningTokens: number;
  /** The field that they stand in at the chat endpoint. */
  readonly reasoningField: 'reasoning_content' | 'reasoning';
  /** What they are at the responses endpoint: `reasoning_summary_text` events, or `reasoning_text` ones as open models send. */
  readonly reasoningText: 'summary' | 'raw';
  /**
   * Reasoning tokens that were billed and are not streamed: only `usage` mentions them. With `reasoningTokens` above 0 the
   * reasoning shown is a summary. Where nothing is shown, Anthropic's thinking block has a signature and no text.
   */
  readonly hiddenReasoningTokens: number;
  /** Sends the hidden reasoning encrypted: a `redacted_thinking` block with Anthropic, `encrypted_content` at the responses endpoint. */
  readonly redactedReasoning: boolean;
  /** Usage says how many of the output tokens were reasoning. */
  readonly reasoningInUsage: boolean;
  /** A tool call's arguments are one JSON object over all events. `none`: no answer after the reasoning. */
  readonly answer: 'text' | 'tool_call' | 'refusal' | 'none';
  /** `unicode`: 2 to 4 byte characters and emoji. `escaped`: the same as `\u` escapes, with quotes and line feeds between. */
  readonly text: 'ascii' | 'unicode' | 'escaped';
  /**
   * The chunk with only the role: written when service starts, in one write with the first token, in the first token's
   * chunk, or not at all. At the other endpoints the events before the first token stand for it (`message_start` and its
   * like); they are always there, so `merged` and `none` do the same as `with_first`.
   */
  readonly role: 'early' | 'with_first' | 'merged' | 'none';
  /** Writes the response head when service starts, not with the first event. */
  readonly earlyHead: boolean;
  /**
   * The finish reason: in a chunk of its own, in the last content chunk, or never (`[DONE]` may still follow). Only chat
   * knows `merged`; `none` leaves Anthropic's stop reason null and the last event of a response out.
   */
  readonly finish: 'separate' | 'merged' | 'none';
  /**
   * A last chunk with usage: only for `stream_options.include_usage`, always, never; or in each chunk, counting up. The
   * other endpoints send it always but for `never`; with `each_chunk` Anthropic sends a `message_delta` after each event.
   */
  readonly usage: 'on_request' | 'always' | 'never' | 'each_chunk';
  /**
   * Where Anthropic's usage stands: all of it in `message_start` and again in `message_delta`; only the output tokens in
   * `message_delta`; or zeros in `message_start`, and all of it `late`, as some gateways do.
   */
  readonly messageUsage: 'full' | 'output' | 'late';
  /** Ends the stream with `[DONE]`, with `message_stop`, or with the last event of a response. */
  readonly done: boolean;
  /** Pause between the last token and what follows it (finish reason, usage, `[DONE]`). */
  readonly tailMs: number;
  /** Adds `token_ids` to each content chunk of chat, as vLLM does for `return_token_ids`. */
  readonly tokenIds: boolean;
  /** Adds `obfuscation` to OpenAI's content events: random-looking letters that hide the length of the text. */
  readonly obfuscation: boolean;
  /** All input tokens in usage; `null` counts the characters of the prompt divided by four, rounded up. */
  readonly promptTokens: number | null;
  /** How many of them, at most, usage reports as read from the prompt cache. */
  readonly cachedPromptTokens: number;
  /** How many of the others, at most, as written to it. */
  readonly cacheWritePromptTokens: number;
  /** A comment line before every k-th content event; 0 for none. */
  readonly commentEvery: number;
  /** Pings each so many ms while the first token is awaited: comments, or Anthropic's `ping` events; 0 for none. They need the response head: it goes out early. */
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
  /** Parameters that the model refuses with 400, such as `temperature` (but for 1, the default) and `max_tokens` with reasoning models. */
  readonly refusedParameters: readonly string[];
  /** How long the fault `rate_limited` asks the client to wait. */
  readonly retryAfterSeconds: number;
  /** How each 429 says it: whole seconds or an HTTP date in `retry-after`, `retry-after-ms`, both of these, or not at all. */
  readonly retryAfterForm: RetryAfterForm;
  readonly faults: FaultRates;
  /** By the request's ordinal among those of this model. */
  readonly faultPlan: FaultPlan;
  /** Every request meets this fault; `null` leaves it to plan and rates. */
  readonly fault: FaultKind | null;
  /**
   * Of each so many + 1 requests with the same body only the first so many can meet a fault, whatever chooses it: with 1
   * the first attempt at a request fails and the second succeeds. The count starts anew with `/truth/reset`. 0: all can.
   */
  readonly faultyAttempts: number;
  /** Content events before a fault in the middle of a stream: 0 is right after the head and what is early, 1 after the first token; `null` is half. */
  readonly faultAfterEvents: number | null;
}

export type RetryAfterForm = 'seconds' | 'date' | 'ms' | 'both' | 'none';

/** The behaviour that every other one is a change of: TTFT 80 ms and ITL 8 ms lognormal, 40 tokens, no faults. */
export const defaultBehaviour: ModelBehaviour = {
  ...defaultLimits,
  ttftMs: { lognormal: { medianMs: 80, sigma: 0.25 } },
  itlMs: { lognormal: { medianMs: 8, sigma: 0.25 } },
  tokens: 40,
  maxTokens: 'exact',
  tokensPerEvent: 1,
  reasoningTokens: 0,
  reasoningField: 'reasoning_content',
  reasoningText: 'summary',
  hiddenReasoningTokens: 0,
  redactedReasoning: false,
  reasoningInUsage: true,
  answer: 'text',
  text: 'ascii',
  role: 'with_first',
  earlyHead: false,
  finish: 'separate',
  usage: 'on_request',
  messageUsage: 'full',
  done: true,
  tailMs: 0,
  tokenIds: false,
  obfuscation: false,
  promptTokens: null,
  cachedPromptTokens: 0,
  cacheWritePromptTokens: 0,
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
  retryAfterForm: 'seconds',
  faults: {},
  faultPlan: {},
  fault: null,
  faultyAttempts: 0,
  faultAfterEvents: null,
};
