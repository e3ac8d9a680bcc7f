import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget, BudgetAmounts, BudgetGrant } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import type { OpenedTransport, OpenTransport } from './transport.ts';

const runId = 'run1';
const limits: BudgetAmounts = { requests: 10, 'nano-usd': 1000 };
const exhausted: BudgetGrant = { granted: false, exhausted: true };

/** What every budget must do. */
export function budgetConformance(open: OpenTransport): void {
  it('sets aside as much as there is, and says when others may give back and when nobody can', async () => {
    await using opened = await open();
    const budget = await budgetOf(opened);
    const half = { requests: 1, 'nano-usd': 500 };
    expect(await reserved(budget, half)).toEqual({ granted: true });
    expect(await reserved(budget, half)).toEqual({ granted: true });
    const later = await budget.reserve({ requests: 1, 'nano-usd': 1 });
    expect(later).toMatchObject({ granted: false, exhausted: false });
    expect(!later.granted && !later.exhausted && later.retryInMs).toBeGreaterThan(0);
    // More than the limit itself is never to be had.
    expect(await budget.reserve({ requests: 1, 'nano-usd': 1001 })).toEqual(exhausted);
    await budget.settle(half, half);
    await budget.settle(half, half);
    expect(await reserved(budget, { requests: 1, 'nano-usd': 1 })).toEqual(exhausted);
    expect(await reserved(budget, { requests: 1, 'nano-usd': 0 })).toEqual({ granted: true });
  });

  it('sets aside in all dimensions or in none', async () => {
    await using opened = await open();
    const budget = await budgetOf(opened);
    expect((await budget.reserve({ requests: 1, 'nano-usd': 1001 })).granted).toBe(false);
    expect(await reserved(budget, { requests: 10, 'nano-usd': 1000 })).toEqual({ granted: true });
  });

  it('does not look at what has no limit', async () => {
    await using opened = await open();
    const budget = await budgetOf(opened);
    expect(await reserved(budget, { requests: 1, tokens: 1e12 })).toEqual({ granted: true });
  });

  it('gives what was not used to others', async () => {
    await using opened = await open();
    const [one, other] = [await budgetOf(opened), await budgetOf(opened)];
    const all = { requests: 1, 'nano-usd': 1000 };
    expect(await reserved(one, all)).toEqual({ granted: true });
    expect(await other.reserve(all)).toMatchObject({ granted: false, exhausted: false });
    await one.settle(all, { requests: 1, 'nano-usd': 250 });
    expect(await reserved(other, { requests: 1, 'nano-usd': 750 })).toEqual({ granted: true });
    expect(await one.state()).toEqual({
      used: { requests: 1, 'nano-usd': 250 },
      reserved: { requests: 1, 'nano-usd': 750 },
    });
  });

  it('counts what was used above what was set aside', async () => {
    await using opened = await open();
    const budget = await budgetOf(opened);
    const little = { requests: 1, 'nano-usd': 100 };
    expect(await reserved(budget, little)).toEqual({ granted: true });
    await budget.settle(little, { requests: 1, 'nano-usd': 1200 });
    expect(await reserved(budget, { requests: 1, 'nano-usd': 0 })).toEqual(exhausted);
    expect((await budget.state()).used).toEqual({ requests: 1, 'nano-usd': 1200 });
  });

  it('adds up large sums to the last digit', async () => {
    await using opened = await open();
    // 1,234,567.890123457 USD, and sums just below 2 ** 53.
    const large = { 'nano-usd': 9_007_199_254_740_991 };
    const budget = (await opened.join('worker')).budget('large', large);
    const [first, second] = [{ 'nano-usd': 1_234_567_890_123_457 }, { 'nano-usd': 7_772_631_364_617_533 }];
    for (const amounts of [first, second]) {
      expect(await reserved(budget, amounts)).toEqual({ granted: true });
      await budget.settle(amounts, amounts);
    }
    expect(await reserved(budget, { 'nano-usd': 1 })).toEqual({ granted: true });
    expect(await budget.reserve({ 'nano-usd': 1 })).toMatchObject({ granted: false, exhausted: false });
    expect(await budget.state()).toEqual({
      used: { 'nano-usd': 9_007_199_254_740_990 },
      reserved: { 'nano-usd': 1 },
    });
  });

  it('keeps runs apart', async () => {
    await using opened = await open();
    const worker = await opened.join('worker');
    const all = { requests: 10, 'nano-usd': 1000 };
    expect(await reserved(worker.budget('a', limits), all)).toEqual({ granted: true });
    expect(await reserved(worker.budget('b', limits), all)).toEqual({ granted: true });
  });

  it('is never overdrawn, and used up to its end, by several who ask at once', async () => {
    await using opened = await open();
    const sizes = { requests: 10_000, 'nano-usd': 20_000 };
    const workers = await Promise.all([1, 2, 3].map(() => opened.join('worker')));
    const used = await Promise.all(workers.map((worker) => spendAll(worker.budget('shared', sizes))));
    const sum = used.reduce((all, each) => all + each, 0);
    expect(sum).toBeLessThanOrEqual(20_000);
    // Each takes up to 40 and uses half of it: less than one of them is left.
    expect(sum).toBeGreaterThan(20_000 - 40);
  }, 60_000);
}

async function budgetOf(opened: OpenedTransport): Promise<Budget> {
  return (await opened.join('worker')).budget(runId, limits);
}

/** Asks until the answer does not change any more by others giving back. */
async function reserved(budget: Budget, amounts: BudgetAmounts): Promise<BudgetGrant> {
  for (let tries = 0; ; tries += 1) {
    const grant = await budget.reserve(amounts);
    if (grant.granted || grant.exhausted || tries === 60) return grant;
    await sleep(grant.retryInMs);
  }
}

/** Four at once that reserve, use half, and settle until nothing is left; resolves to what they used. */
async function spendAll(budget: Budget): Promise<number> {
  let used = 0;
  const spend = async () => {
    for (;;) {
      const amounts = { requests: 1, 'nano-usd': 20 + (used % 21) };
      const grant = await reserved(budget, amounts);
      if (!grant.granted) return;
      const half = Math.ceil(amounts['nano-usd'] / 2);
      used += half;
      await budget.settle(amounts, { requests: 1, 'nano-usd': half });
    }
  };
  await Promise.all([spend(), spend(), spend(), spend()]);
  return used;
}
