import type {
  ChatMessage,
  Endpoint,
  FinishReason,
  ProviderId,
  RequestErrorKind,
  Target,
  TokenUsage,
} from '@tokenstorm/core';

/** One chat request as a workload asks for it, before any dialect. */
export interface ChatCall {
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** Merged into the body last: it overrides what the dialect wrote. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  /** The workload's own headers; they override the target's. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A target whose `${NAME}` references were resolved and whose base URL is the one of the worker's region. */
export interface ResolvedTarget extends Omit<Target, 'baseUrl' | 'apiKey'> {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
}

/** An HTTP request ready to be written to a socket. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET';
  /** Shared between requests to one target: not to be changed. */
  readonly url: URL;
  /** Lower-case names, without host, content-length, connection and accept-encoding, which the client adds. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A provider is two pure translations and no I/O: a call into an HTTP request, response frames into stream events. */
export interface Provider {
  readonly id: ProviderId;
  readonly endpoint: Endpoint;
  /** How a streamed body is cut into frames. */
  readonly framing: 'sse';
  request(call: ChatCall, target: ResolvedTarget): HttpRequest;
  /** A fresh decoder for each response. */
  decoder(): StreamDecoder;
  /** Why a response with this status (400..599) failed. */
  classifyError(statusCode: number, body: string): RequestErrorKind;
}

/**
 * Turns frames into events. Its state lasts for one response. Text is content only: a frame that gives exactly one delta
 * means the same, and leaves the same state, whatever the characters of that delta's text are; and a frame right after
 * it that differs in nothing but that text need not be shown to the decoder.
 */
export interface StreamDecoder {
  /** Events of one frame of a streamed body: the `data` of an SSE event. Bad JSON gives one `error` event of kind `protocol`. */
  frame(payload: string): readonly StreamEvent[];
  /** The same for a frame that somebody else has parsed already: the vendor's SDK. */
  chunk(value: unknown): readonly StreamEvent[];
  /** Events of a whole body that was not streamed. */
  body(payload: string): readonly StreamEvent[];
}

export type DeltaType = 'text-delta' | 'reasoning-delta' | 'tool-delta' | 'refusal-delta';

/**
 * One thing a response said. A delta carries at least one character. Where it is the only event of a streamed frame, its
 * text is one JSON string of that frame, verbatim (never put together from several), so that equal frames around it may be
 * recognised by their bytes.
 */
export type StreamEvent =
  | {
      readonly type: DeltaType;
      readonly text: string;
      /** Tokens in it, where the provider says. */ readonly tokens?: number;
    }
  /** Counts so far: a later one replaces an earlier one. */
  | { readonly type: 'usage'; readonly usage: TokenUsage }
  | { readonly type: 'finish'; readonly reason: FinishReason }
  /** The dialect's own end mark (`[DONE]`, `message_stop`). */
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly kind: RequestErrorKind; readonly message: string };
