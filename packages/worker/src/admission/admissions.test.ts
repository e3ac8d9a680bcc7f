import type {
  LimitAmounts,
  LimitGrant,
  ObservedLimits,
  ProviderLimits,
  RateLimiter,
  Target,
} from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import type { AdmissionEnd, Admitted } from './admission.ts';
import { Admissions } from './admissions.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';

/** A limiter that grants everything, or what the test says, and writes down what it was told. */
class Ledger implements RateLimiter {
  readonly taken: LimitAmounts[] = [];
  readonly settled: LimitAmounts[] = [];
  readonly lowered: ObservedLimits[] = [];
  reply: () => LimitGrant = () => ({ granted: true, overdueMs: 0 });

  async take(_buckets: unknown, amounts: LimitAmounts): Promise<LimitGrant> {
    const grant = this.reply();
    if (grant.granted) this.taken.push(amounts);
    return grant;
  }

  async settle(_buckets: unknown, amounts: LimitAmounts): Promise<void> {
    this.settled.push(amounts);
  }

  async lower(_buckets: unknown, observed: ObservedLimits): Promise<void> {
    this.lowered.push(observed);
  }
}

function setup(limits: Partial<ProviderLimits> = {}, limiter = new Ledger()) {
  const targets = [
    { key: 'own/m', provider: 'own' },
    { key: 'own/n', provider: 'own' },
    { key: 'free/m', provider: 'free' },
  ] as unknown as readonly Target[];
  const scenario = {
    targets,
    limits: [{ provider: 'own', burstSeconds: 1, ...limits }],
  };
  const clock = { nowMs: () => 1000, epochMs: () => 0 };
  const gate = new ConcurrencyGate(undefined);
  return { admissions: new Admissions(scenario, { gate, limiter, clock }), limiter };
}

const ask = { nowMs: 1000, inputTokens: 40, maxTokens: undefined };

async function admitted(admissions: Admissions, maxTokens?: number): Promise<Admitted> {
  return await new Promise((resolve) => void admissions.of('own/m').enter({ ...ask, maxTokens }, resolve));
}

function answer(inputTokens: number, outputTokens: number, headers = {}): AdmissionEnd {
  return { atMs: 1000, ending: 'answered', usage: { inputTokens, outputTokens }, headers };
}

describe('Admissions', () => {
  it('let requests to a provider without limits through at once, without asking anybody', () => {
    const { admissions, limiter } = setup({ requestsPerMinute: 1 });
    let atMs: number | undefined;
    const wait = admissions.of('free/m').enter(ask, (given) => (atMs = given.atMs));
    expect({ wait, atMs, taken: limiter.taken }).toEqual({ wait: undefined, atMs: 1000, taken: [] });
  });

  it('let requests to a limited provider through before anything else happens, where permits are there', async () => {
    const { admissions } = setup({ requestsPerMinute: 60 });
    expect(await admitted(admissions)).toMatchObject({ atMs: 1000, rateLimitMs: 0, concurrencyMs: 0 });
  });

  it('reserve the estimate and the limit of the output, and settle them', async () => {
    const { admissions, limiter } = setup({ tokensPerMinute: 1e6 });
    const one = await admitted(admissions, 100);
    expect(limiter.taken).toMatchObject([{ requests: 1, tokens: 140 }]);
    one.leave(answer(44, 100));
    expect(limiter.settled).toMatchObject([{ tokens: 4 }]);
    await admitted(admissions, 100);
    expect(limiter.taken[1]).toMatchObject({ tokens: 144 });
  });

  it('reserve 1,024 output tokens where nothing is known, then the p95 of the target, and say how often', async () => {
    const { admissions, limiter } = setup({ outputTokensPerMinute: 1e6 });
    const one = await admitted(admissions);
    one.leave(answer(40, 30));
    await admitted(admissions);
    expect(limiter.taken.map((amounts) => amounts['output-tokens'])).toEqual([1024, 30]);
    expect(limiter.settled).toMatchObject([{ 'output-tokens': -994 }]);
    expect(admissions.uses()).toMatchObject([{ provider: 'own', assumedOutputs: 1, debtTokens: 0 }]);
  });

  it('let somebody through at once who needs less by what an answer has just shown', async () => {
    const { admissions, limiter } = setup({ outputTokensPerMinute: 1e6 });
    const known = await admitted(admissions, 20);
    await admitted(admissions);
    limiter.reply = () => ({ granted: false, retryInMs: 60_000 });
    const next = admitted(admissions);
    await new Promise(setImmediate);
    limiter.reply = () => ({ granted: true, overdueMs: 7000 });
    // Nothing is given back: it is the p95 that is known now.
    known.leave(answer(40, 20));
    expect(limiter.settled).toEqual([]);
    expect(await next).toMatchObject({ atMs: 1000, rateLimitMs: 0 });
    expect(limiter.taken.map((amounts) => amounts['output-tokens'])).toEqual([20, 1024, 20]);
  });

  it('count as debt what answers had above what was reserved', async () => {
    const { admissions } = setup({ tokensPerMinute: 1e6 });
    const one = await admitted(admissions, 100);
    one.leave(answer(50, 120));
    expect(admissions.uses()).toMatchObject([{ debtTokens: 30 }]);
  });

  it('do not bother the limiter where nothing changes', async () => {
    const { admissions, limiter } = setup({ requestsPerMinute: 60 });
    const one = await admitted(admissions, 100);
    one.leave(answer(50, 120, requestHeaders(60, 59)));
    expect({ settled: limiter.settled, lowered: limiter.lowered }).toEqual({ settled: [], lowered: [] });
  });

  it('follow a server that says less, and remember the least it said', async () => {
    const { admissions, limiter } = setup({ requestsPerMinute: 600 });
    for (const limit of [700, 300, 400]) {
      const one = await admitted(admissions, 1);
      one.leave(answer(1, 1, requestHeaders(limit, 250)));
    }
    expect(limiter.lowered.map(({ perMinute }) => perMinute.requests)).toEqual([300]);
    expect(admissions.uses()).toMatchObject([{ statedPerMinute: { requests: 300 } }]);
  });

  it('take what remains at the server as it was when the request left', async () => {
    const { admissions, limiter } = setup({ requestsPerMinute: 600 });
    const [first] = [await admitted(admissions), await admitted(admissions), await admitted(admissions)];
    // 4 remained and may be rounded down by 1; two more left since, and 100 ms at 10 a second refilled one.
    first?.leave({ ...answer(1, 1, requestHeaders(600, 4)), atMs: 1100 });
    expect(limiter.lowered.map(({ remaining }) => remaining.requests)).toEqual([4 + 1 - 2 + 1]);
  });

  it('tell the limiter that nothing is left before the tokens of a refusal let the next one through', async () => {
    const { admissions, limiter } = setup({ requestsPerMinute: 600, tokensPerMinute: 1e6 });
    const one = await admitted(admissions, 100);
    limiter.reply = () => ({ granted: false, retryInMs: 60_000 });
    let loweredBefore: number | undefined;
    void admitted(admissions, 100);
    await new Promise(setImmediate);
    limiter.reply = () => {
      loweredBefore = limiter.lowered.length;
      return { granted: false, retryInMs: 60_000 };
    };
    one.leave({ atMs: 1000, ending: 'refused', usage: undefined, headers: requestHeaders(600, 0) });
    await new Promise(setImmediate);
    expect(loweredBefore).toBe(1);
    admissions.close();
  });

  it('fail as a whole when the limiter does', async () => {
    const limiter = new Ledger();
    limiter.reply = () => {
      throw new Error('connection lost');
    };
    const { admissions } = setup({ requestsPerMinute: 60 }, limiter);
    let wasAdmitted = false;
    admissions.of('own/m').enter(ask, () => (wasAdmitted = true));
    await expect(admissions.failure).rejects.toThrow(
      'the limits of own can no longer be kept: connection lost',
    );
    expect(wasAdmitted).toBe(false);
  });
});

function requestHeaders(limit: number, remaining: number): Record<string, string> {
  return {
    'x-ratelimit-limit-requests': `${limit}`,
    'x-ratelimit-remaining-requests': `${remaining}`,
    'x-ratelimit-reset-requests': `${((limit - remaining) / limit) * 60}s`,
  };
}
