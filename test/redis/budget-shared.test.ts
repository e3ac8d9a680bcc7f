import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget, BudgetAmounts } from '@tokenstorm/core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis } from '../support/services.ts';
import { join, scriptCalls } from './limit-fleet.ts';
import { startProxy } from './shards-proxy.ts';

const leaseMs = 10_000;
const limits: BudgetAmounts = { requests: 100, 'nano-usd': 1000 };
const all = { requests: 1, 'nano-usd': 1000 };

let server: Awaited<ReturnType<typeof startRedis>>;

beforeAll(async () => void (server = await startRedis()));
afterAll(() => server[Symbol.asyncDispose]());

/** Asks until it is granted, or nothing like it can be had any more. */
async function reserved(budget: Budget, amounts: BudgetAmounts): Promise<boolean> {
  for (;;) {
    const grant = await budget.reserve(amounts);
    if (grant.granted || grant.exhausted) return grant.granted;
    await sleep(grant.retryInMs);
  }
}

describe.concurrent('a budget that workers share', () => {
  it('counts as used what a worker had set aside that is gone, and corrects that when it comes back', async () => {
    await using way = await startProxy(server.url);
    await using cut = await join(way.url);
    await using other = await join(server.url);
    const [own, others] = [cut.budget('cut', limits), other.budget('cut', limits)];
    const most = { requests: 1, 'nano-usd': 900 };
    expect(await reserved(own, most)).toBe(true);
    way.freeze();
    expect(await others.reserve(all)).toMatchObject({ granted: false, exhausted: false });
    await sleep(leaseMs + 1000);
    expect(await others.reserve(all)).toEqual({ granted: false, exhausted: true });
    expect((await others.state()).used['nano-usd']).toBeGreaterThanOrEqual(900);
    way.heal();
    await own.settle(most, { requests: 1, 'nano-usd': 200 });
    expect((await others.state()).used).toEqual({ requests: 1, 'nano-usd': 200 });
    expect(await reserved(others, { requests: 1, 'nano-usd': 800 })).toBe(true);
  }, 30_000);

  it('adds up what a worker used that had nothing left while others set nearly all of it aside', async () => {
    await using one = await join(server.url);
    await using two = await join(server.url);
    const [large, small] = [one, two].map((worker) => worker.budget('emptied', limits));
    const most = { requests: 1, 'nano-usd': 900 };
    const little = { requests: 1, 'nano-usd': 60 };
    expect(await reserved(large!, most)).toBe(true);
    // There is no room for a stock beside it.
    expect(await reserved(small!, little)).toBe(true);
    await large!.settle(most, { requests: 1, 'nano-usd': 100 });
    // Now it holds nothing, and there is room again.
    await small!.settle(little, little);
    expect(await reserved(small!, little)).toBe(true);
    await small!.settle(little, little);
    expect(await large!.state()).toEqual({
      used: { requests: 3, 'nano-usd': 220 },
      reserved: { requests: 0, 'nano-usd': 0 },
    });
    expect(await large!.reserve({ requests: 1, 'nano-usd': 781 })).toMatchObject({ exhausted: true });
    expect(await reserved(large!, { requests: 1, 'nano-usd': 780 })).toBe(true);
  });

  it('does not start anew where Redis forgets: what is known of it is told again', async () => {
    await using own = await startRedis();
    await using one = await join(own.url);
    await using two = await join(own.url);
    const [first, second] = [one, two].map((worker) => worker.budget('flushed', limits));
    const half = { requests: 1, 'nano-usd': 450 };
    for (const budget of [first!, second!]) {
      expect(await reserved(budget, half)).toBe(true);
      await budget.settle(half, half);
    }
    expect(await reserved(first!, { requests: 1, 'nano-usd': 50 })).toBe(true);
    const redis = new Redis(own.url);
    await redis.flushall();
    redis.disconnect();
    expect(await second!.reserve({ requests: 1, 'nano-usd': 300 })).toMatchObject({ granted: false });
    expect(await reserved(second!, { requests: 1, 'nano-usd': 300 })).toBe(false);
    expect(await second!.state()).toEqual({
      used: { requests: 2, 'nano-usd': 900 },
      reserved: { requests: 1, 'nano-usd': 50 },
    });
  }, 40_000);

  it('gives stocks to whoever needs them at its end', async () => {
    await using one = await join(server.url);
    await using two = await join(server.url);
    const [first, second] = [one, two].map((worker) => worker.budget('end', limits));
    const little = { requests: 1, 'nano-usd': 10 };
    expect(await reserved(first!, little)).toBe(true);
    await first!.settle(little, little);
    // The rest, to the last unit, of which the first one has something in stock.
    expect(await reserved(second!, { requests: 1, 'nano-usd': 990 })).toBe(true);
    expect(await second!.reserve({ requests: 1, 'nano-usd': 1 })).toMatchObject({ exhausted: false });
    await second!.settle({ requests: 1, 'nano-usd': 990 }, { requests: 1, 'nano-usd': 990 });
    expect(await reserved(first!, { requests: 1, 'nano-usd': 1 })).toBe(false);
  });
});

it('at a high rate they go to Redis less than once in ten requests', async () => {
  await using one = await join(server.url);
  await using two = await join(server.url);
  const large = { requests: 1_000_000, 'nano-usd': 1e12 };
  const before = await scriptCalls(server.url);
  const endMs = performance.now() + 2000;
  let requests = 0;
  const spend = async (budget: Budget) => {
    while (performance.now() < endMs) {
      expect(await reserved(budget, { requests: 1, 'nano-usd': 5000 })).toBe(true);
      requests += 1;
      await sleep(5);
      void budget.settle({ requests: 1, 'nano-usd': 5000 }, { requests: 1, 'nano-usd': 3000 });
    }
  };
  const budgets = [one, two].map((worker) => worker.budget('high', large));
  await Promise.all(budgets.flatMap((budget) => Array.from({ length: 15 }, () => spend(budget))));
  const calls = (await scriptCalls(server.url)) - before;
  expect(calls / requests).toBeLessThan(0.1);
  await sleep(200);
  expect((await budgets[0]!.state()).used).toEqual({ requests, 'nano-usd': requests * 3000 });
});

it('ends the wait for a budget with E_REDIS once Redis is gone for good', async () => {
  const own = await startRedis();
  await using worker = await join(own.url, { giveUpMs: 500 });
  const budget = worker.budget('gone', limits);
  expect(await reserved(budget, all)).toBe(true);
  await own[Symbol.asyncDispose]();
  await expect(reserved(budget, all)).rejects.toMatchObject({ code: 'E_REDIS' });
  await expect(budget.state()).rejects.toMatchObject({ code: 'E_REDIS' });
});
