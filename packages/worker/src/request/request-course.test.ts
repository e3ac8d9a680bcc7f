import type { LimitAmounts, LimitBuckets, RateLimiter, RequestRecord, Scenario } from '@tokenstorm/core';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { Admissions } from '../admission/admissions.ts';
import { ConcurrencyGate } from '../admission/concurrency-gate.ts';
import { PlayedAttempts } from './__fixtures__/played-attempts.ts';
import { RequestSetup } from './__fixtures__/request-setup.ts';
import { Request } from './request.ts';
import type { RequestJob } from './request-job.ts';
import { Retries } from './retries.ts';

afterEach(() => void vi.useRealTimers());

const clock = { nowMs: () => performance.now(), epochMs: () => Date.now() };
const perMs = 0.5;
const capacity = 1024;

/** One bucket of output tokens: half a token a millisecond, and as much as is reserved of an answer that nobody knows. */
class OneBucket implements RateLimiter {
  #level = capacity;
  #atMs = clock.nowMs();

  async take(_buckets: LimitBuckets, amounts: LimitAmounts) {
    const amount = amounts['output-tokens'] ?? 0;
    this.#refill();
    const waitMs = (amount - this.#level) / perMs;
    if (waitMs > 0) return { granted: false as const, retryInMs: waitMs };
    this.#level -= amount;
    return { granted: true as const, overdueMs: -waitMs };
  }

  async settle(_buckets: LimitBuckets, amounts: LimitAmounts) {
    this.#refill();
    this.#level = Math.min(capacity, this.#level - (amounts['output-tokens'] ?? 0));
  }

  async lower() {}

  #refill(): void {
    const nowMs = clock.nowMs();
    this.#level = Math.min(capacity, this.#level + (nowMs - this.#atMs) * perMs);
    this.#atMs = nowMs;
  }
}

const play = fc.record({
  durationMs: fc.nat(60),
  kind: fc.constantFrom(undefined, undefined, 'rate-limited', 'reset', 'auth', 'generator'),
  outputTokens: fc.nat(400),
  headers: fc.constantFrom({}, {}, { 'retry-after-ms': '70' }),
} as const);

const plan = fc.record({
  atMs: fc.nat(300),
  isLimited: fc.boolean(),
  maxTokens: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
  plays: fc.array(play, { minLength: 1, maxLength: 3 }),
  cancelAfterMs: fc.option(fc.nat(600), { nil: undefined, freq: 2 }),
});

type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const scenario = {
  targets: [
    { key: 'own/m', provider: 'own' },
    { key: 'free/m', provider: 'free' },
  ],
  limits: [{ provider: 'own', outputTokensPerMinute: perMs * 60_000, burstSeconds: 1 }],
} as unknown as Scenario;

/** A request's record, and what it was made from. */
interface Told {
  readonly record: RequestRecord;
  readonly job: RequestJob;
}

/** Plays requests to their end; whatever is under way at `stopMs` is cancelled. */
async function course(plans: readonly Plan[], places: number | undefined, stopMs: number) {
  const gate = new ConcurrencyGate(places);
  const admissions = new Admissions(scenario, { gate, limiter: new OneBucket(), clock });
  const attempts = new PlayedAttempts(clock);
  const setup = new RequestSetup('http://127.0.0.1:1');
  const policy = { maxAttempts: 3, initialBackoffMs: 50, maxBackoffMs: 200 };
  const parts = { clock, deadlines: setup.deadlines, retries: new Retries(policy, 1) };
  const told: Told[] = [];
  const requests: Request[] = [];
  for (const { atMs, isLimited, maxTokens, plays, cancelAfterMs } of plans) {
    setTimeout(() => {
      const base = setup.job({ admission: admissions.of(isLimited ? 'own/m' : 'free/m'), runStartMs: 0 });
      const call = { ...base.call, ...(maxTokens !== undefined && { maxTokens }) };
      const client = { ...base.client, attempt: attempts.factory(plays) };
      const job = { ...base, call, client, handOverMs: clock.nowMs() };
      const request = new Request(job, parts, (record) => {
        if (record !== undefined) told.push({ record, job });
      });
      requests.push(request);
      request.start();
      if (cancelAfterMs !== undefined) setTimeout(() => request.cancel(), cancelAfterMs);
    }, atMs);
  }
  await vi.advanceTimersByTimeAsync(stopMs);
  for (const request of requests) request.cancel();
  // Cancels that are yet to come find nothing to cancel.
  await vi.advanceTimersByTimeAsync(1000);
  return { gate, attempts, told };
}

/** Each ms between hand-over and end is accounted for once; waits and lateness are never negative. */
function checkTimes({ record, job }: Told): void {
  const { attempts, waits, sendDelayMs = 0, outcome } = record;
  const { rateLimitMs = 0, concurrencyMs, retryMs } = waits;
  for (const ms of [rateLimitMs, concurrencyMs, retryMs, sendDelayMs]) expect(ms).toBeGreaterThan(-1e-6);
  // Nothing is late here but timers, which have whole milliseconds.
  expect(sendDelayMs).toBeLessThan(2);
  const underWayMs = attempts.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const knownMs = rateLimitMs + concurrencyMs + retryMs + sendDelayMs + underWayMs;
  const unknownMs = record.endMs - job.handOverMs - knownMs;
  // The lateness of later attempts is no figure of its own, nor is that of a retry.
  expect(unknownMs).toBeGreaterThan(-1e-6);
  expect(unknownMs).toBeLessThan(2 * attempts.length + 1e-6);
  if (attempts.length === 1 && outcome !== 'cancelled') expect(Math.abs(unknownMs)).toBeLessThan(1e-6);
}

it('every request ends once, keeps nothing, and knows what it waited for, whatever happens when', async () => {
  const plans = fc.array(plan, { minLength: 1, maxLength: 40, size: 'max' });
  const places = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
  const stopMs = fc.constantFrom(350, 600, 100_000);
  await fc.assert(
    fc.asyncProperty(plans, places, stopMs, async (asked, limit, stop) => {
      vi.useFakeTimers();
      const { gate, attempts, told } = await course(asked, limit, stop);
      expect(told).toHaveLength(asked.length);
      expect(attempts.underWay).toBe(0);
      expect(attempts.mostUnderWay).toBeLessThanOrEqual(limit ?? Infinity);
      expect(vi.getTimerCount()).toBe(0);
      for (const one of told) checkTimes(one);
      let free = 0;
      for (let place = 0; place < 5; place += 1) gate.enter(0, () => (free += 1));
      expect(free).toBe(Math.min(5, limit ?? Infinity));
      vi.useRealTimers();
    }),
    { numRuns: 100 },
  );
});
