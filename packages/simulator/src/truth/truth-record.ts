import type { Endpoint } from '../settings/endpoint.ts';
import type { FaultKind } from '../settings/fault.ts';
import type { LimitDimension } from '../settings/limit-behaviour.ts';
import type { TruthTokenCounts, TruthUsage } from './truth-usage.ts';

/**
 * How an answer ended: `completed` as configured (also under the harmless faults `split_writes` and `close`), `failed` by
 * its injected fault, `rejected` by the API's own checks (400, 401, 404) or rate limits (429), `aborted` by the client
 * without a fault, or still `open`.
 */
export type TruthOutcome = 'completed' | 'failed' | 'rejected' | 'aborted' | 'open';

/**
 * What really happened to one request to a completion endpoint. Times whose name ends in `_at_ms` are CLOCK_MONOTONIC in
 * ms (`process.hrtime`), the same in every process of the machine; a write's time is taken right before the socket write.
 */
export interface TruthRecord {
  /** The response header `x-request-id`, or `request-id` with Anthropic. */
  id: string;
  /** 1 for the first request since the start or the last reset. */
  ordinal: number;
  /** The same among the requests to this model. */
  model_ordinal: number;
  /** Empty where the request named none. */
  model: string;
  path: string;
  /** The API that was called: its dialect. */
  endpoint: Endpoint;
  stream: boolean;
  /** The connection, numbered from 1 by its acceptance, and the request's place on it, from 1. */
  connection: number;
  request_on_connection: number;
  /** First 64 characters of the request header `x-client`, by which a client may name itself; `null` where there is none. */
  client: string | null;
  body_bytes: number;
  /** First 16 hex digits of the SHA-256 of the request body, the same for each attempt at a request; empty at level `summary`. */
  body_hash: string;
  /** 1 for the first request with this body, 2 for the second one: the attempt, where no two requests have the same body. 0 at level `summary`. */
  body_ordinal: number;
  /** Input tokens as this server counts them: those that its usage states. 0 where the request was rejected before. */
  asked_input_tokens: number;
  /** The output that the request asks for (`max_tokens`, of whatever name); `null` where it names none. */
  asked_output_tokens: number | null;
  /** Both together: what a token limit counts when the request arrives. */
  asked_tokens: number;
  /** The socket read that completed the request. */
  received_at_ms: number;
  received_at_epoch_ms: number;
  /** Left the queue for a slot; `null` while it waits. */
  service_at_ms: number | null;
  /** 0 while nothing was sent and where nothing ever is. */
  status_code: number;
  outcome: TruthOutcome;
  fault: FaultKind | null;
  /** The limit that refused it with 429; `null` where none did. */
  limited_by: LimitDimension | null;
  /** The write of the first response byte. */
  first_write_at_ms: number | null;
  /** The write of the last response byte, end marks included. */
  last_write_at_ms: number | null;
  /** The writes that completed the first and the last content event. */
  first_content_at_ms: number | null;
  last_content_at_ms: number | null;
  /** Text, reasoning, refusal, the name or arguments of a tool call, redacted thinking. */
  content_events: number;
  /** For each content event, in order, the write that completed it, in ms after `received_at_ms`. Empty at level `summary`. */
  content_ms: number[];
  /** The tokens in each of them; 0 where it only names a tool, or is redacted thinking. */
  content_tokens: number[];
  /** Their sum: what was really sent, not what was asked for. */
  tokens: number;
  /** How many of the content events were reasoning, from the first. */
  reasoning_events: number;
  /** The tokens in these. */
  reasoning_tokens: number;
  /** Reasoning tokens that are billed and never streamed, by the model's behaviour. */
  hidden_reasoning_tokens: number;
  /** When the answer was over: all written, reset or closed; `null` while it is open. */
  end_at_ms: number | null;
  /** `null` where none was sent. */
  usage: TruthUsage | null;
  token_counts: TruthTokenCounts | null;
  /** The client closed the connection before the answer was over. */
  aborted_by_client_at_ms: number | null;
}
