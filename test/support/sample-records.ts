import type { RequestRecord } from '@tokenstorm/core';

/** Uniform numbers in [0, 1) from a seed (mulberry32): the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A lognormal number with this median and this standard deviation of its logarithm. */
export function lognormal(random: () => number, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}

/** A completed, streamed request with `tokens` tokens in as many events: TTFT around 300 ms, gaps around 20 ms. */
export function sampleRecord(random: () => number, arrivalIndex: number, tokens: number): RequestRecord {
  const intendedStartMs = arrivalIndex * 10;
  const scheduleLagMs = lognormal(random, 0.1, 0.5);
  const startMs = intendedStartMs + scheduleLagMs + 0.02;
  const firstTokenMs = startMs + lognormal(random, 300, 0.4);
  const chunkGapsMs = Array.from({ length: tokens - 1 }, () => lognormal(random, 20, 0.5));
  const lastTokenMs = chunkGapsMs.reduce((sum, gapMs) => sum + gapMs, firstTokenMs);
  return {
    workload: 'chat',
    target: 'local/model',
    phase: 'main',
    arrivalIndex,
    intendedStartMs,
    scheduleLagMs,
    sendDelayMs: 0.02,
    attempts: [
      {
        startMs,
        endMs: lastTokenMs + 0.3,
        statusCode: 200,
        connection: {
          reused: false,
          dnsMs: 0.2,
          tcpMs: lognormal(random, 0.3, 0.3),
          tlsMs: lognormal(random, 2, 0.3),
        },
        staleReconnects: 0,
      },
    ],
    firstByteMs: firstTokenMs - 0.2,
    firstTokenMs,
    firstAnswerMs: firstTokenMs,
    lastTokenMs,
    endMs: lastTokenMs + 0.3,
    chunkGapsMs,
    contentEvents: tokens,
    firstEventTokens: 1,
    eventTokens: [],
    reasoningEvents: 0,
    usage: { inputTokens: 120, outputTokens: tokens },
    usageSource: 'provider',
    finishReason: 'stop',
    streamed: true,
    waits: { rateLimitMs: 0, concurrencyMs: lognormal(random, 0.5, 0.5), retryMs: 0 },
    outcome: 'completed',
  };
}
