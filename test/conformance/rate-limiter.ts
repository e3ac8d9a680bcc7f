import { setTimeout as sleep } from 'node:timers/promises';
import type { LimitAmounts, LimitBuckets, LimitGrant, RateLimiter, Transport } from '@tokenstorm/core';
import { expect, it } from 'vitest';

const runId = 'run';

/** 10 a second, of which 5 at once. */
const buckets: LimitBuckets = { key: 'openai', perMinute: { requests: 600 }, burstSeconds: 0.5 };
const one: LimitAmounts = { requests: 1 };
/** So slow that nothing comes back while a test lasts: one in 100 s. */
const frozen: LimitBuckets = { key: 'slow', perMinute: { requests: 0.6, tokens: 0.6 }, burstSeconds: 1 };

/** What every rate limiter must do; times are real. `open` gives a fresh, empty transport. */
export function limiterConformance(open: () => Promise<Transport>): void {
  it('grants what a full bucket holds, then says how long to wait', async () => {
    await using transport = await open();
    const grants = await takeMany(transport.limiter(runId), buckets, one, 6);
    expect(grants.slice(0, 5).every(({ granted }) => granted)).toBe(true);
    expect(retryInMs(grants[5]!)).toBeGreaterThan(0);
    expect(retryInMs(grants[5]!)).toBeLessThanOrEqual(100);
  });

  it('grants after the wait that it named, and says how late one came', async () => {
    await using transport = await open();
    const grants = await takeMany(transport.limiter(runId), buckets, one, 6);
    await sleep(Math.ceil(retryInMs(grants[5]!)) + 250);
    const late = await transport.limiter(runId).take(buckets, one);
    expect(late.granted && late.overdueMs).toBeGreaterThan(240);
  });

  it('never grants more than the rate and the bucket, whoever asks at once', async () => {
    await using transport = await open();
    const { clock } = transport;
    const limiter = transport.limiter(runId);
    const startMs = clock.nowMs();
    let granted = 0;
    const client = async () => {
      while (clock.nowMs() - startMs < 500) {
        const grant = await limiter.take(buckets, one);
        if (grant.granted) granted += 1;
        else await sleep(grant.retryInMs);
      }
    };
    await Promise.all(Array.from({ length: 8 }, client));
    const seconds = (clock.nowMs() - startMs) / 1000;
    expect(granted).toBeLessThanOrEqual(Math.floor(5 + 10 * seconds));
    expect(granted).toBeGreaterThanOrEqual(9);
  });

  it('takes from all buckets or from none', async () => {
    await using transport = await open();
    const limiter = transport.limiter(runId);
    await limiter.settle(frozen, { tokens: 1 });
    expect((await limiter.take(frozen, { requests: 1, tokens: 1 })).granted).toBe(false);
    await limiter.settle(frozen, { tokens: -1 });
    // The refusal above took no request.
    expect((await limiter.take(frozen, { requests: 1, tokens: 1 })).granted).toBe(true);
  });

  it('does not look at what has no rate', async () => {
    await using transport = await open();
    expect((await transport.limiter(runId).take(buckets, { requests: 1, tokens: 1e9 })).granted).toBe(true);
  });

  it('charges afterwards what was not reserved: the debt is waited for', async () => {
    await using transport = await open();
    const limiter = transport.limiter(runId);
    await limiter.settle(buckets, { requests: 25 });
    const grant = await limiter.take(buckets, one);
    expect(retryInMs(grant)).toBeGreaterThan(1900);
    expect(retryInMs(grant)).toBeLessThanOrEqual(2100);
  });

  it('grows for a request larger than the bucket, and lets it through', async () => {
    await using transport = await open();
    const limiter = transport.limiter(runId);
    expect((await limiter.take(buckets, { requests: 50 })).granted).toBe(true);
    expect(retryInMs(await limiter.take(buckets, { requests: 50 }))).toBeGreaterThan(4500);
  });

  it('keeps sets of another key apart, and one key together', async () => {
    await using transport = await open();
    const limiter = transport.limiter(runId);
    await limiter.settle(buckets, { requests: 5 });
    expect((await limiter.take({ ...buckets, key: 'anthropic' }, one)).granted).toBe(true);
    expect((await limiter.take({ ...buckets }, one)).granted).toBe(false);
  });

  it('follows a server that says less, and not one that says more', async () => {
    await using transport = await open();
    const limiter = transport.limiter(runId);
    await limiter.lower(buckets, { perMinute: { requests: 6000 }, remaining: { requests: 1000 } });
    await limiter.settle(buckets, { requests: 5 });
    expect(retryInMs(await limiter.take(buckets, one))).toBeGreaterThan(50);
    await limiter.lower(buckets, { perMinute: { requests: 60 }, remaining: {} });
    // By its own rate it would be 100 ms.
    expect(retryInMs(await limiter.take(buckets, one))).toBeGreaterThan(200);
  });

  it('takes away what the server says is no longer there', async () => {
    await using transport = await open();
    const limiter = transport.limiter(runId);
    await limiter.lower(frozen, { perMinute: {}, remaining: { requests: 0 } });
    expect((await limiter.take(frozen, one)).granted).toBe(false);
  });
}

async function takeMany(limiter: RateLimiter, set: LimitBuckets, amounts: LimitAmounts, count: number) {
  const grants: LimitGrant[] = [];
  for (let index = 0; index < count; index += 1) grants.push(await limiter.take(set, amounts));
  return grants;
}

/** Ms to wait by a refusal; NaN where it was granted. */
function retryInMs(grant: LimitGrant): number {
  return grant.granted ? NaN : grant.retryInMs;
}
