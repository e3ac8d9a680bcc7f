import type { Attempt, RequestRecord } from '../../record.ts';

/** An attempt that started at 105 ms on a fresh connection and was answered. */
export function attempt(overrides: Partial<Attempt> = {}): Attempt {
  return {
    startMs: 105,
    endMs: 520,
    statusCode: 200,
    connection: { reused: false, dnsMs: 1, tcpMs: 2, tlsMs: 3 },
    staleReconnects: 0,
    ...overrides,
  };
}

/**
 * A completed stream: due at 100 ms, sent at 105, first content at 305, then gaps of 100, 60 and 40 ms to the last
 * content at 505, closed at 520; 4 events and 9 tokens.
 */
export function requestRecord(overrides: Partial<RequestRecord> = {}): RequestRecord {
  return {
    workload: 'chat',
    target: 'local/model',
    phase: 'main',
    arrivalIndex: 0,
    intendedStartMs: 100,
    scheduleLagMs: 0.5,
    sendDelayMs: 0.25,
    attempts: [attempt()],
    firstByteMs: 300,
    firstTokenMs: 305,
    firstAnswerMs: 405,
    lastTokenMs: 505,
    endMs: 520,
    chunkGapsMs: [100, 60, 40],
    contentEvents: 4,
    firstEventTokens: 1,
    eventTokens: [],
    reasoningEvents: 0,
    usage: { inputTokens: 20, outputTokens: 9 },
    usageSource: 'provider',
    finishReason: 'stop',
    streamed: true,
    waits: { concurrencyMs: 4, retryMs: 0 },
    outcome: 'completed',
    ...overrides,
  };
}

/** The same request, had it failed after its content. */
export function failedRecord(overrides: Partial<RequestRecord> = {}): RequestRecord {
  return requestRecord({ outcome: 'failed', failure: { kind: 'reset', message: 'reset' }, ...overrides });
}

/** The same request, answered in one piece at 520 ms. */
export function wholeRecord(overrides: Partial<RequestRecord> = {}): RequestRecord {
  const { firstTokenMs: _first, firstAnswerMs: _answer, lastTokenMs: _last, ...rest } = requestRecord();
  return { ...rest, streamed: false, chunkGapsMs: [], contentEvents: 0, firstEventTokens: 0, ...overrides };
}
