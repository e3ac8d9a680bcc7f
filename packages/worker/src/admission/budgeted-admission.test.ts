import type { Budget, BudgetAmounts, BudgetGrant, Target } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import type { AdmissionEnd, Admitted } from './admission.ts';
import { Admissions } from './admissions.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';

const targets = [
  { key: 'own/m', provider: 'own', price: { input: 1, output: 4 } },
] as unknown as readonly Target[];

/** Writes down what it is asked; grants everything, or what the test says. */
class Ledger implements Budget {
  readonly reserved: BudgetAmounts[] = [];
  readonly settled: (readonly [BudgetAmounts, BudgetAmounts])[] = [];
  reply: () => Promise<BudgetGrant> = async () => ({ granted: true });

  async reserve(amounts: BudgetAmounts): Promise<BudgetGrant> {
    const grant = await this.reply();
    if (grant.granted) this.reserved.push(amounts);
    return grant;
  }

  async settle(...amounts: readonly [BudgetAmounts, BudgetAmounts]): Promise<void> {
    this.settled.push(amounts);
  }

  async state() {
    return { used: {}, reserved: {} };
  }
}

function setup(places?: number) {
  const time = { nowMs: 1000 };
  const budget = new Ledger();
  let exhausted = 0;
  const admissions = new Admissions(
    { targets, limits: [] },
    {
      gate: new ConcurrencyGate(places),
      limiter: { take: unused, settle: unused, lower: unused },
      clock: { nowMs: () => time.nowMs, epochMs: () => 0 },
      budget,
      onExhausted: async () => void (exhausted += 1),
    },
  );
  return { admissions, budget, time, exhausted: () => exhausted };
}

async function unused(): Promise<never> {
  throw new Error('nothing asks for this');
}

const ask = { nowMs: 1000, inputTokens: 40, maxTokens: 10 };
const turn = () => new Promise(setImmediate);

function answer(inputTokens: number, outputTokens: number): AdmissionEnd {
  return {
    atMs: 1000,
    ending: 'answered',
    isWhole: true,
    usage: { inputTokens, outputTokens },
    headers: undefined,
  };
}

async function admitted(admissions: Admissions, maxTokens: number | undefined = 10): Promise<Admitted> {
  return await new Promise((resolve) => void admissions.of('own/m').enter({ ...ask, maxTokens }, resolve));
}

describe('the way to a target within a budget', () => {
  it('sets the estimate and the limit aside, and settles what the provider counted', async () => {
    const { admissions, budget } = setup();
    (await admitted(admissions)).leave(answer(44, 6));
    // 40 x 1,000 + 10 x 4,000, and 44 x 1,000 + 6 x 4,000
    const before = { requests: 1, tokens: 50, 'nano-usd': 80_000 };
    expect(budget.settled).toEqual([[before, { requests: 1, tokens: 50, 'nano-usd': 68_000 }]]);
    await admitted(admissions);
    expect(budget.reserved[1]).toEqual({ requests: 1, tokens: 54, 'nano-usd': 84_000 });
  });

  it('assumes 1,024 tokens of an answer without a limit, then the p95 of those so far', async () => {
    const { admissions, budget } = setup();
    const first = await new Promise<Admitted>(
      (resolve) =>
        void admissions.of('own/m').enter({ nowMs: 1000, inputTokens: 40, maxTokens: undefined }, resolve),
    );
    first.leave(answer(40, 30));
    await new Promise(
      (resolve) =>
        void admissions.of('own/m').enter({ nowMs: 1000, inputTokens: 40, maxTokens: undefined }, resolve),
    );
    expect(budget.reserved.map(({ tokens }) => tokens)).toEqual([1064, 70]);
  });

  it('waits for a place first: nothing is set aside for what cannot be sent', async () => {
    const { admissions, budget } = setup(1);
    const one = await admitted(admissions);
    let isIn = false;
    admissions.of('own/m').enter(ask, () => (isIn = true));
    await turn();
    expect({ isIn, reserved: budget.reserved.length }).toEqual({ isIn: false, reserved: 1 });
    one.leave(answer(40, 10));
    await turn();
    expect({ isIn, reserved: budget.reserved.length }).toEqual({ isIn: true, reserved: 2 });
  });

  it('counts the wait for others as one for permits', async () => {
    const { admissions, budget, time } = setup();
    const one = await admitted(admissions);
    budget.reply = async () => ({ granted: false, exhausted: false, retryInMs: 60_000 });
    const next = admitted(admissions);
    await turn();
    time.nowMs = 1250;
    budget.reply = async () => ({ granted: true });
    one.leave(answer(40, 10));
    expect(await next).toMatchObject({ atMs: 1250, rateLimitMs: 250, concurrencyMs: 0 });
  });

  it('says once that nothing more can be had; who waits then gives its place back when it gives up', async () => {
    const { admissions, budget, time, exhausted } = setup(1);
    budget.reply = async () => ({ granted: false, exhausted: true });
    const giveUp = admissions.of('own/m').enter(ask, () => expect.unreachable());
    const other = admissions.of('own/m').enter(ask, () => expect.unreachable());
    await turn();
    expect({ exhausted: exhausted(), isOver: admissions.isBudgetOver }).toEqual({
      exhausted: 1,
      isOver: true,
    });
    time.nowMs = 1040;
    expect(giveUp?.(1040)).toMatchObject({ rateLimitMs: 40, concurrencyMs: 0 });
    expect(other?.(1050)).toMatchObject({ rateLimitMs: 10 });
    expect(budget.settled).toEqual([]);
  });

  it('fails as a whole when the budget does', async () => {
    const { admissions, budget } = setup();
    budget.reply = () => Promise.reject(new Error('connection lost'));
    admissions.of('own/m').enter(ask, () => expect.unreachable());
    await expect(admissions.failure).rejects.toThrow('the budget can no longer be kept: connection lost');
  });
});
