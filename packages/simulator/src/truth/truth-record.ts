import type { FaultKind } from '../settings/fault.ts';

/**
 * How an answer ended: `completed` as configured (also under the harmless faults `split_writes` and `close`), `failed` by
 * its injected fault, `rejected` by the API's own checks (400, 401, 404), `aborted` by the client without a fault, or
 * still `open`.
 */
export type TruthOutcome = 'completed' | 'failed' | 'rejected' | 'aborted' | 'open';

/** The `usage` object as it was sent last. */
export interface TruthUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens: number };
  readonly completion_tokens_details?: { readonly reasoning_tokens: number };
}

/**
 * What really happened to one request to a completion endpoint. Times whose name ends in `_at_ms` are CLOCK_MONOTONIC in
 * ms (`process.hrtime`), the same in every process of the machine; a write's time is taken right before the socket write.
 */
export interface TruthRecord {
  /** The response header `x-request-id`. */
  id: string;
  /** 1 for the first request since the start or the last reset. */
  ordinal: number;
  /** The same among the requests to this model. */
  model_ordinal: number;
  /** Empty where the request named none. */
  model: string;
  path: string;
  stream: boolean;
  /** The connection, numbered from 1 by its acceptance, and the request's place on it, from 1. */
  connection: number;
  request_on_connection: number;
  body_bytes: number;
  /** First 16 hex digits of the SHA-256 of the request body; empty at level `summary`. */
  body_hash: string;
  /** The socket read that completed the request. */
  received_at_ms: number;
  received_at_epoch_ms: number;
  /** Left the queue for a slot; `null` while it waits. */
  service_at_ms: number | null;
  /** 0 while nothing was sent and where nothing ever is. */
  status_code: number;
  outcome: TruthOutcome;
  fault: FaultKind | null;
  /** The write of the first response byte. */
  first_write_at_ms: number | null;
  /** The write of the last response byte, end marks included. */
  last_write_at_ms: number | null;
  /** The writes that completed the first and the last content event. */
  first_content_at_ms: number | null;
  last_content_at_ms: number | null;
  content_events: number;
  /** For each content event, in order, the write that completed it, in ms after `received_at_ms`. Empty at level `summary`. */
  content_ms: number[];
  /** The tokens in each of them. */
  content_tokens: number[];
  /** Their sum: what was really sent, not what was asked for. */
  tokens: number;
  /** How many of the content events were reasoning, from the first. */
  reasoning_events: number;
  /** When the answer was over: all written, reset or closed; `null` while it is open. */
  end_at_ms: number | null;
  usage: TruthUsage | null;
  /** The client closed the connection before the answer was over. */
  aborted_by_client_at_ms: number | null;
}
