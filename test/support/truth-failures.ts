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

/**
 * The failures that these requests must be reported as, by kind. A reset before any byte of the answer on a connection
 * that had served a request before is none: the connection may have been stale, so the request is sent again.
 */
export function truthFailures(truth: readonly Truth[]): Readonly<Record<string, number>> {
  const failures: Record<string, number> = {};
  for (const record of truth) {
    const kind = isStale(record) ? undefined : kindOf(record);
    if (kind !== undefined) failures[kind] = (failures[kind] ?? 0) + 1;
  }
  return failures;
}

/** Requests that a client has to send once more at once. */
export function staleRequests(truth: readonly Truth[]): number {
  return truth.filter(isStale).length;
}

/** Requests that met each fault, harmless ones too. */
export function truthFaults(truth: readonly Truth[]): Readonly<Record<string, number>> {
  const faults: Record<string, number> = {};
  for (const { fault } of truth) if (fault !== null) faults[fault] = (faults[fault] ?? 0) + 1;
  return faults;
}

/** Connections that carried a request. */
export function connectionsUsed(truth: readonly Truth[]): number {
  return truth.filter((record) => record.request_on_connection === 1).length;
}

function isStale({ fault, request_on_connection }: Truth): boolean {
  return fault === 'reset_before' && request_on_connection > 1;
}

function kindOf({ fault, stream }: Truth): string | undefined {
  if (fault === null) return undefined;
  return (stream ? kindsOfFaults : kindsUnstreamed)[fault];
}
