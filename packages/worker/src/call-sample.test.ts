import type { RequestRecord } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { CallSample } from './call-sample.ts';

const labels = { provider: 'own', model: 'm', scenario: 'load', region: 'eu', phase: 'main' } as const;

/** A completed stream that started at this time and took so long to its last content, and 5 ms more to its end. */
function call(startMs: number, e2eMs: number, change: Partial<RequestRecord> = {}): RequestRecord {
  const lastTokenMs = startMs + e2eMs;
  return {
    workload: 'load',
    target: 'own/m',
    phase: 'main',
    arrivalIndex: 0,
    intendedStartMs: startMs,
    sendDelayMs: 0,
    attempts: [{ startMs, endMs: lastTokenMs + 5, connection: { reused: true }, staleReconnects: 0 }],
    firstTokenMs: startMs + 1,
    lastTokenMs,
    endMs: lastTokenMs + 5,
    chunkGapsMs: [],
    contentEvents: 1,
    firstEventTokens: 1,
    eventTokens: [],
    reasoningEvents: 0,
    usage: { inputTokens: 3, outputTokens: 4 },
    usageSource: 'provider',
    streamed: true,
    waits: { rateLimitMs: 0, concurrencyMs: 0, retryMs: 0 },
    outcome: 'completed',
    ...change,
  };
}

function taken(...records: readonly RequestRecord[]) {
  const sample = new CallSample();
  for (const record of records) sample.add(record, labels);
  return sample.take();
}

describe('CallSample', () => {
  it('keeps the slowest and the latest, each once, by their ends', () => {
    // 100 calls of 10 ms, the 30th and the 40th of which took longer.
    const records = Array.from({ length: 100 }, (_, index) =>
      call(index * 100, index === 30 ? 60 : index === 40 ? 50 : 10),
    );
    const calls = taken(...records);
    expect(calls.map(({ startMs }) => startMs)).toEqual([
      0, 100, 200, 3000, 4000, 9500, 9600, 9700, 9800, 9900,
    ]);
    expect(calls.find(({ startMs }) => startMs === 3000)).toMatchObject({
      e2eMs: 60,
      ttftMs: 1,
      outputTokens: 4,
    });
  });

  it('keeps the first failure of each kind', () => {
    const failure = (kind: 'reset' | 'auth', message: string) =>
      ({ outcome: 'failed', failure: { kind, message } }) as const;
    const calls = taken(
      call(1, 10, failure('reset', 'first')),
      call(2, 10, failure('reset', 'second')),
      call(3, 10, failure('auth', 'third')),
    );
    expect(calls.map(({ errorKind, message }) => [errorKind, message])).toEqual([
      ['reset', 'first'],
      ['auth', 'third'],
    ]);
  });

  it('leaves out the warm-up, and what was cancelled', () => {
    expect(
      taken(call(1, 10, { phase: 'warmup' }), call(2, 10, { outcome: 'cancelled', attempts: [] })),
    ).toEqual([]);
  });

  it('tells no time to a first token of a response that was not streamed', () => {
    const [whole] = taken(call(1, 10, { streamed: false }));
    expect(whole).not.toHaveProperty('ttftMs');
    expect(whole?.e2eMs).toBe(15);
  });

  it('begins anew after each interval', () => {
    const sample = new CallSample();
    sample.add(call(1, 10), labels);
    expect(sample.take()).toHaveLength(1);
    expect(sample.take()).toEqual([]);
  });
});
