import { requestErrorKinds } from '@tokenstorm/core';
import type { RequestErrorKind, RetryPolicy } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { readAll, role, text } from '../stream/__fixtures__/chat-stream.ts';
import type { AttemptResult } from './attempt-run.ts';
import type { RequestJob } from './request-job.ts';
import { Retries } from './retries.ts';
import { timeouts, workload } from './__fixtures__/request-setup.ts';

const policy: RetryPolicy = { maxAttempts: 4, initialBackoffMs: 100, maxBackoffMs: 300 };
const nowEpochMs = Date.UTC(2026, 10, 21, 12);

function job(arrivalIndex = 0, target = 'own/m'): RequestJob {
  const described = workload({ name: 'load', timeouts: timeouts({ totalMs: 20_000 }) });
  return { workload: described, arrivalIndex, client: { target: { key: target } } } as unknown as RequestJob;
}

function failed(kind: RequestErrorKind, parts: Partial<AttemptResult> = {}): AttemptResult {
  return {
    startMs: 0,
    endMs: 10,
    streamed: true,
    connection: { reused: true },
    staleReconnects: 0,
    failure: { kind, message: kind },
    ...parts,
  };
}

/** The waits after the first, second … failed attempt of each of `count` requests, under this seed. */
function waitsMs(seed: number, failedAttempts: number, count = 2000): number[] {
  const retries = new Retries({ ...policy, maxAttempts: 100 }, seed);
  return Array.from(
    { length: count },
    (_, index) => retries.waitMs(job(index), failed('overloaded'), failedAttempts, nowEpochMs) ?? NaN,
  );
}

describe('which failures are tried again', () => {
  const retries = new Retries(policy, 42);

  it('are those of a server or network that had no room, or broke before it said anything', () => {
    const retried = requestErrorKinds.filter(
      (kind) => retries.waitMs(job(), failed(kind), 1, nowEpochMs) !== undefined,
    );
    expect(retried).toEqual([
      'connect',
      'connect-timeout',
      'reset',
      'first-token-timeout',
      'rate-limited',
      'overloaded',
      'server-error',
      'stream-error',
      'stream-truncated',
    ]);
  });

  it('none after the first content, whatever its kind', () => {
    const silent = readAll([[role, 5]]);
    const spoken = readAll([[role + text('a'), 5]]);
    expect(retries.waitMs(job(), failed('reset', { timeline: silent }), 1, nowEpochMs)).toBeDefined();
    for (const kind of requestErrorKinds) {
      const result = failed(kind, { timeline: spoken });
      expect(retries.waitMs(job(), result, 1, nowEpochMs)).toBeUndefined();
    }
  });

  it('and only up to the number of attempts; one attempt is no retry', () => {
    const waits = [1, 2, 3, 4, 5].map((count) => retries.waitMs(job(), failed('reset'), count, nowEpochMs));
    expect(waits.map((waitMs) => waitMs !== undefined)).toEqual([true, true, true, false, false]);
    const single = new Retries({ ...policy, maxAttempts: 1 }, 42);
    expect(single.waitMs(job(), failed('reset'), 1, nowEpochMs)).toBeUndefined();
  });

  it('never one that succeeded', () => {
    const { failure: _, ...answered } = failed('reset');
    expect(retries.waitMs(job(), answered, 1, nowEpochMs)).toBeUndefined();
  });
});

describe('the back-off', () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 300],
    [60, 300],
  ])('after %i failed attempts is uniform from 0 to %i ms', (failedAttempts, mostMs) => {
    const sorted = waitsMs(42, failedAttempts).toSorted((a, b) => a - b);
    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(sorted.at(-1)).toBeLessThanOrEqual(mostMs);
    // Kolmogorov and Smirnov: the largest distance from the uniform law, at 0.1 % of error 1.95 / sqrt(n).
    const distances = sorted.map((waitMs, index) =>
      Math.abs((index + 0.5) / sorted.length - waitMs / mostMs),
    );
    expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(sorted.length));
  });

  it('is the same for the same seed, request and attempt, and no other', () => {
    expect(waitsMs(42, 1, 50)).toEqual(waitsMs(42, 1, 50));
    expect(new Set([...waitsMs(42, 1, 50), ...waitsMs(43, 1, 50)]).size).toBe(100);
    const retries = new Retries(policy, 42);
    const one = retries.waitMs(job(3), failed('reset'), 1, nowEpochMs) ?? NaN;
    const ofOtherTarget = retries.waitMs(job(3, 'own/n'), failed('reset'), 1, nowEpochMs) ?? NaN;
    const second = retries.waitMs(job(3), failed('reset'), 2, nowEpochMs) ?? NaN;
    expect(new Set([one, ofOtherTarget, second, second / 2]).size).toBe(4);
  });
});

describe('Retry-After', () => {
  const retries = new Retries(policy, 42);
  const waitFor = (headers: Record<string, string>) =>
    retries.waitMs(job(), failed('rate-limited', { headers }), 1, nowEpochMs);
  const backoffMs = waitFor({}) ?? NaN;

  it('is kept where it is longer than the back-off, beyond the longest one too', () => {
    expect(waitFor({ 'retry-after': '7' })).toBe(7000);
    expect(waitFor({ 'retry-after-ms': '4321.5', 'retry-after': '7' })).toBe(4321.5);
    expect(waitFor({ 'retry-after': new Date(nowEpochMs + 9000).toUTCString() })).toBe(9000);
  });

  it('changes nothing where it is shorter, has passed or cannot be read', () => {
    expect(backoffMs).toBeGreaterThan(0);
    expect(waitFor({ 'retry-after': '0' })).toBe(backoffMs);
    expect(waitFor({ 'retry-after': new Date(nowEpochMs - 9000).toUTCString() })).toBe(backoffMs);
    expect(waitFor({ 'retry-after': 'soon' })).toBe(backoffMs);
  });

  it('ends the request where it is longer than the request may take in all', () => {
    expect(waitFor({ 'retry-after': '20' })).toBe(20_000);
    expect(waitFor({ 'retry-after': '20.001' })).toBeUndefined();
  });
});
