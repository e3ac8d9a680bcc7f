import type { Truth } from './truth.ts';

/** By the simulator's fault: what a client has to call it. Faults that are no failure are absent. */
const kindsOfFaults: Readonly<Record<string, string>> = {
  rate_limited: 'rate_limited',
  rate_limited_bare: 'rate_limited',
  server_error: 'server_error',
  overloaded: 'overloaded',
  reset_before: 'reset',
  reset_after: 'reset',
  stall_before: 'first_token_timeout',
  stall: 'idle_timeout',
  truncated: 'stream_truncated',
  cut: 'reset',
  stream_error: 'stream_error',
  bad_json: 'protocol',
};

/** An answer that is not streamed has no first token and no pauses, and half of its JSON is no JSON. */
const kindsUnstreamed: Readonly<Record<string, string>> = {
  ...kindsOfFaults,
  stall_before: 'request_timeout',
  stall: 'request_timeout',
  truncated: 'protocol',
};

/** Kinds after which a request is tried again, as long as no content came. */
const retryable = new Set([
  'reset',
  'rate_limited',
  'overloaded',
  'server_error',
  'first_token_timeout',
  'stream_error',
  'stream_truncated',
]);

/**
 * The failures that these requests must be reported as, by kind. A reset before any byte of the answer on a connection
 * that had served a request before is none: the connection may have been stale, so the request is sent again.
 */
export function truthFailures(truth: readonly Truth[]): Readonly<Record<string, number>> {
  return countsOf(truth.map(truthFailure));
}

/** The kind that one of them must be reported as; `undefined` where it is no failure, or only a stale connection. */
export function truthFailure(record: Truth): string | undefined {
  return isStale(record) ? undefined : kindOf(record);
}

/** Whether a request is tried again after this attempt at it, where attempts are left. */
export function isTriedAgain(record: Truth): boolean {
  return record.content_events === 0 && retryable.has(truthFailure(record) ?? '');
}

/** The attempts among these requests: those that were sent again at once over a fresh connection count once. */
export function attemptsAmong(truth: readonly Truth[]): readonly Truth[] {
  return truth.filter((record) => !isStale(record));
}

/** How often each of them occurs. */
export function countsOf(kinds: readonly (string | undefined)[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Requests that a client has to send once more at once. */
export function staleRequests(truth: readonly Truth[]): number {
  return truth.filter(isStale).length;
}

/** Requests that met each fault, harmless ones too. */
export function truthFaults(truth: readonly Truth[]): Readonly<Record<string, number>> {
  return countsOf(truth.map(({ fault }) => fault ?? undefined));
}

/** Connections that carried a request. */
export function connectionsUsed(truth: readonly Truth[]): number {
  return truth.filter((record) => record.request_on_connection === 1).length;
}

function isStale({ fault, request_on_connection }: Truth): boolean {
  return fault === 'reset_before' && request_on_connection > 1;
}

function kindOf({ fault, stream, content_events }: Truth): string | undefined {
  if (fault === null) return undefined;
  if (fault === 'stall' && stream && content_events === 0) return 'first_token_timeout';
  return (stream ? kindsOfFaults : kindsUnstreamed)[fault];
}
