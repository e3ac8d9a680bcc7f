/** What became of a request. A dropped arrival never became one; a lost one is known only by its absence. */
export type RequestOutcome = 'completed' | 'failed' | 'cancelled';

/** Why a request failed: a closed set. In files and reports the names are snake_case. */
export const requestErrorKinds = [
  'connect',
  'connect-timeout',
  'tls',
  'reset',
  'first-token-timeout',
  'idle-timeout',
  'request-timeout',
  'rate-limited',
  'overloaded',
  'auth',
  'client-error',
  'server-error',
  'stream-error',
  'stream-truncated',
  'empty',
  'content-filter',
  'protocol',
  'generator',
] as const;

export type RequestErrorKind = (typeof requestErrorKinds)[number];

/** Token counts of one response as its provider states them; `undefined` where it says nothing. */
export interface TokenUsage {
  /** All input, whether it came from a cache or not. */
  readonly inputTokens?: number;
  /** All billed output, reasoning included. */
  readonly outputTokens?: number;
  readonly reasoningTokens?: number;
  /** Some of the output was reasoning, and nobody says how much: `reasoningTokens` is absent then. */
  readonly uncountedReasoning?: true;
  /** Input read from a prompt cache: a part of `inputTokens`. */
  readonly cachedInputTokens?: number;
  /** Input written to a prompt cache, billed apart: a part of `inputTokens`. */
  readonly cacheWriteTokens?: number;
}

/** Lengths, in tokens, that a request was made for. */
export interface AskedLengths {
  /** Of the prompt, without system message and chat template. */
  readonly inputTokens?: number;
  /** Of the answer: sent as the limit of its tokens. */
  readonly outputTokens?: number;
}

/** Where a token count comes from: the provider's usage, a tokenizer, or characters / 4. */
export type UsageSource = 'provider' | 'tokenizer' | 'estimated';

/** One try at sending a request. All times are ms from the run's start. */
export interface Attempt {
  /** Left admission, before a connection was acquired. */
  readonly startMs: number;
  readonly endMs: number;
  readonly statusCode?: number;
  readonly connection: ConnectionTimes;
  /** Times the request was sent again because a reused connection turned out to be closed before any response byte. */
  readonly staleReconnects: number;
  /** Why it failed; absent where it succeeded or was cancelled. */
  readonly failure?: RequestFailure;
}

/** What it took to get a connection; all absent when it was reused. */
export interface ConnectionTimes {
  readonly reused: boolean;
  readonly dnsMs?: number;
  readonly tcpMs?: number;
  readonly tlsMs?: number;
}

export interface RequestFailure {
  readonly kind: RequestErrorKind;
  /** One line without secrets, at most 300 characters. */
  readonly message: string;
}

export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'other';

/**
 * What happened to one logical request. Times are ms from the run's start on the monotonic clock; each stamp is that
 * of the socket read that completed the event, taken before parsing.
 */
export interface RequestRecord {
  readonly workload: string;
  readonly target: string;
  readonly phase: Phase;
  readonly arrivalIndex: number;
  /** Number of its prompt among those that the workload repeats (a data set's row, 0 for a fixed prompt); absent where it is unique. */
  readonly promptRow?: number;
  /** By the arrival plan in an open loop; the hand-over by the virtual user in a closed one. */
  readonly intendedStartMs: number;
  /** Pacer hand-over minus intended start; absent in a closed loop. */
  readonly scheduleLagMs?: number;
  /** First attempt's start minus the moment its last permit was due: the generator's own lateness. Absent where there was none. */
  readonly sendDelayMs?: number;
  /**
   * At least one, but for a request that was cancelled before it was sent. All but the last failed; the last one failed
   * too where the request did, or where it was cancelled before the next one.
   */
  readonly attempts: readonly Attempt[];
  /** First response body byte. */
  readonly firstByteMs?: number;
  /** First content-bearing event of any channel. This stamp and the others of the response are those of the last attempt. */
  readonly firstTokenMs?: number;
  /** First content-bearing event of the answer: text, refusal or tool call. */
  readonly firstAnswerMs?: number;
  readonly lastTokenMs?: number;
  /** End of the stream, or of the request where it failed. */
  readonly endMs: number;
  /** Gaps between consecutive arrivals of content. */
  readonly chunkGapsMs: readonly number[];
  /** Content-bearing events. */
  readonly contentEvents: number;
  /** Tokens in all content events that share the first one's stamp; 1 where nobody says. */
  readonly firstEventTokens: number;
  /** Tokens of each content event, in order, where the provider gives them; empty otherwise. */
  readonly eventTokens: readonly number[];
  /** Content events that carried reasoning. */
  readonly reasoningEvents: number;
  readonly usage: TokenUsage;
  /** Where the output count comes from. */
  readonly usageSource: UsageSource;
  /** Where the input count comes from; absent where it is the same. */
  readonly inputSource?: UsageSource;
  /** Lengths that the workload asked for; absent where it asked for none. */
  readonly asked?: AskedLengths;
  /** Tokens of the streamed text by our own tokenizer, beside the provider's count; absent where nothing was counted. */
  readonly countedOutputTokens?: number;
  readonly finishReason?: FinishReason;
  readonly streamed: boolean;
  readonly waits: Waits;
  readonly outcome: RequestOutcome;
  /** Present exactly when `outcome` is `failed`. */
  readonly failure?: RequestFailure;
}

/** Milliseconds that a request waited for something other than the server or the network, over all its attempts. */
export interface Waits {
  /** For permits of the provider's token buckets; absent where it has none. */
  readonly rateLimitMs?: number;
  /** For a place under `max_concurrency`. */
  readonly concurrencyMs: number;
  /** From the ends of failed attempts until the next ones asked for admission. */
  readonly retryMs: number;
}

/** `warmup` is measured and kept apart from the totals. */
export type Phase = 'warmup' | 'main';
