/**
 * What can go wrong with an answer. At most one happens to a request.
 * For a streamed answer "half" is the middle of its content events, or after as many as `faultAfterEvents` says; for one
 * that is not streamed it is the middle of its bytes.
 *
 * - `rate_limited`: 429 with Retry-After; `rate_limited_bare`: 429 without.
 * - `server_error`: 500; `overloaded`: 503, and 529 at Anthropic's endpoint.
 * - `reset_before`: RST before any response byte; `reset_after`: RST 5 ms after half of the answer was written.
 * - `stall_before`: nothing is ever written; `stall`: writing stops at half. The connection stays open.
 * - `truncated`: the HTTP body ends cleanly at half: no finish reason, no usage, no `[DONE]` and nothing like it.
 * - `cut`: the connection ends (FIN) at half, inside the HTTP body.
 * - `stream_error`: an error object under status 200 at half, then `[DONE]` as configured; elsewhere an `error` event, which
 *   the responses endpoint follows up with `response.failed`.
 * - `bad_json`: the content event at half is JSON cut in two; the stream goes on after it.
 * - `split_writes`: no failure: the answer is written in seeded random pieces of 1 to 64 bytes, 1 ms apart.
 * - `close`: no failure: `connection: close`, and the connection ends after the answer.
 */
export const faultKinds = [
  'rate_limited',
  'rate_limited_bare',
  'server_error',
  'overloaded',
  'reset_before',
  'reset_after',
  'stall_before',
  'stall',
  'truncated',
  'cut',
  'stream_error',
  'bad_json',
  'split_writes',
  'close',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Share (0..1) of the requests that meet each fault. The shares add up to at most 1: faults exclude each other. */
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

/** Which request (1 is the first one) meets which fault, exactly. `none` shields a request from the rates. */
export type FaultPlan = Readonly<Record<number, FaultKind | 'none'>>;
