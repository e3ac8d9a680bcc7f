import { deflateRawSync } from 'node:zlib';
import { SeriesRecorder } from '@tokenstorm/core';
import type { MetricsSnapshot } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts';

const labels = { provider: 'p', model: 'größtes', scenario: 's', region: 'eu', phase: 'main' } as const;

/** A snapshot with so many series, each with an answer of so many tokens for each request. */
function snapshotOf(groups: number, requests: number, given: Partial<MetricsSnapshot> = {}): MetricsSnapshot {
  const series = Array.from({ length: groups }, (_, group) => {
    const recorder = new SeriesRecorder(
      { ...labels, model: `m${group}` },
      {},
      { startMs: 0, endMs: Infinity },
    );
    for (let index = 0; index < requests; index += 1) recorder.record(recordOf(group * 1000 + index));
    return recorder.take();
  });
  return {
    version: 1,
    runId: 'run1',
    shard: 3,
    epoch: 1,
    sequence: 7,
    final: false,
    region: 'eu',
    workerId: 'w1',
    intervalStartMs: -1000,
    intervalMs: 1000,
    series: series.filter((one) => one !== undefined),
    calls: [],
    health: {
      cpuRatio: 0.1,
      rssBytes: 2 ** 40,
      inFlight: 3,
      travel: { paths: ['wire'], connectionsOpened: 2, redirects: 0, decodedResponses: 0 },
    },
    ...given,
  };
}

/** Times that repeat nowhere, as those of a network do. */
function recordOf(seed: number) {
  const jitter = (place: number) => Math.abs(Math.sin(seed * 12.9898 + place * 78.233)) * 43.7585453;
  const chunkGapsMs = Array.from({ length: 99 }, (_, place) => 5 + jitter(place));
  const firstTokenMs = 100 + jitter(100) * 8;
  const lastTokenMs = chunkGapsMs.reduce((sum, gap) => sum + gap, firstTokenMs);
  return {
    workload: 's',
    target: 'p/m',
    phase: 'main',
    arrivalIndex: seed,
    intendedStartMs: 0,
    scheduleLagMs: jitter(101) / 100,
    sendDelayMs: jitter(102) / 100,
    attempts: [
      { startMs: 0.1, endMs: lastTokenMs, statusCode: 200, connection: { reused: true }, staleReconnects: 0 },
    ],
    firstByteMs: firstTokenMs,
    firstTokenMs,
    firstAnswerMs: firstTokenMs,
    lastTokenMs,
    endMs: lastTokenMs,
    chunkGapsMs,
    contentEvents: 100,
    firstEventTokens: 1,
    eventTokens: [],
    reasoningEvents: 0,
    usage: { inputTokens: 120, outputTokens: 100 },
    waits: { rateLimitMs: 0, concurrencyMs: jitter(103), retryMs: 0 },
    outcome: 'completed',
  } as unknown as Parameters<SeriesRecorder['record']>[0];
}

describe('codec of snapshots', () => {
  it('gives back what it was given, to the bit of a number and the byte of a histogram', async () => {
    const odd = { sum: 0.1 + 0.2, sumOfSquares: Number.MIN_VALUE, min: -1.5, max: 2 ** 53 - 1, count: 1 };
    const series = {
      labels,
      accounting: { scheduled: 1, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 },
      counters: {},
      errors: { reset: 2 ** 32 },
      trends: { ttft: { ...odd, hdr: Uint8Array.from({ length: 256 }, (_, byte) => byte) } },
    };
    const original = snapshotOf(4, 3, { last: true, series: [series, ...snapshotOf(4, 3).series] });
    expect(await decodeSnapshot(await encodeSnapshot(original))).toStrictEqual(original);
  });

  it('keeps nothing of one for the next, whatever their shapes and their order', async () => {
    const originals = [0, 1, 2, 3, 1, 0].map((groups) => snapshotOf(groups, groups));
    const encoded = await Promise.all(originals.map(encodeSnapshot));
    for (const place of [5, 2, 0, 3, 1, 4, 2])
      expect(await decodeSnapshot(encoded[place] as Buffer)).toStrictEqual(originals[place]);
  });

  it('takes less than 10 kB for four groups of 10 requests of 100 tokens a second', async () => {
    const { byteLength } = await encodeSnapshot(snapshotOf(4, 10));
    expect(byteLength).toBeLessThan(10_000);
  });

  it('refuses what another version wrote, and what is damaged', async () => {
    const encoded = await encodeSnapshot(snapshotOf(1, 1));
    const other = Buffer.from(encoded);
    other[0] = 2;
    await expect(decodeSnapshot(other)).rejects.toThrow('unknown format 2');
    await expect(decodeSnapshot(Buffer.alloc(0))).rejects.toThrow('unknown format none');
    await expect(decodeSnapshot(encoded.subarray(0, 40))).rejects.toThrow('damaged');
  });

  it('refuses what inflates to more than a snapshot can be', async () => {
    const bomb = Buffer.concat([Uint8Array.of(1), deflateRawSync(Buffer.alloc(65 * 1024 * 1024))]);
    expect(bomb.length).toBeLessThan(100_000);
    const refused = decodeSnapshot(bomb);
    await expect(refused).rejects.toThrow('damaged');
    await expect(refused).rejects.toMatchObject({ cause: { code: 'ERR_BUFFER_TOO_LARGE' } });
  });
});
