import { describe, expect, it } from 'vitest';
import type { ReadResponse } from '../testing/chat-stream.ts';
import { readResponse } from '../testing/chat-stream.ts';
import { messagesRequest, responsesRequest } from '../testing/named-events.ts';
import { chatRequest, exchange } from '../testing/raw-exchange.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './start-simulator.ts';

async function ask(simulator: Simulator, request: string): Promise<ReadResponse> {
  return readResponse((await exchange(simulator.url, request)).bytes);
}

const statuses = async (simulator: Simulator, requests: readonly string[]): Promise<number[]> => {
  const found: number[] = [];
  for (const request of requests) found.push((await ask(simulator, request)).statusCode);
  return found;
};

describe('an enforced limit', () => {
  it('of requests lets a bucketful through and refuses the rest, saying how long to wait', async () => {
    await using simulator = await startSimulator();
    const request = chatRequest('sim-one-rpm60-bucket2');
    const first = await ask(simulator, request);
    expect(first.statusCode).toBe(200);
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('60');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(first.headers.get('x-ratelimit-reset-requests')).toMatch(/^(1s|9\d\dms)$/);
    expect(await statuses(simulator, [request, request])).toEqual([200, 429]);
    const refused = await ask(simulator, request);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(JSON.parse(refused.body).error).toMatchObject({
      type: 'requests',
      code: 'rate_limit_exceeded',
      message: expect.stringMatching(
        /requests per min \(RPM\): Limit 60, Requested 1. Please try again in \d+ms/,
      ),
    });
    expect(simulator.records().at(-1)).toMatchObject({
      outcome: 'rejected',
      status_code: 429,
      fault: null,
      limited_by: 'requests',
    });
  });

  it('refills as time goes by', async () => {
    await using simulator = await startSimulator();
    const request = chatRequest('sim-one-rpm120-bucket1-retryms');
    // Two at once, then one each 500 ms.
    const isOver = () => simulator.summary().received === 8 && simulator.summary().outcomes.open === 0;
    await exchange(simulator.url, request.repeat(8), { isOver });
    const refused = await ask(simulator, request);
    const waitMs = Number(refused.headers.get('retry-after-ms'));
    expect(refused.statusCode).toBe(429);
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(500);
    expect(refused.headers.has('retry-after')).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const passed = await ask(simulator, request);
    expect(passed.statusCode).toBe(200);
    const found = simulator.records().map(({ status_code }) => status_code);
    expect(found).toEqual([200, 200, ...Array.from({ length: 7 }, () => 429), 200]);
  });

  it('of tokens counts input and asked output, whether it comes or not', async () => {
    await using simulator = await startSimulator();
    // A bucket of 100 tokens. Input 10, output 40 of which only 5 come: 50 are taken.
    const model = 'sim-one-tpm600-bucket10-in10';
    const modest = chatRequest(model, { max_tokens: 40, sim: { tokens: 5, max_tokens: 'limit' } });
    const first = await ask(simulator, modest);
    expect(first.headers.get('x-ratelimit-limit-tokens')).toBe('600');
    expect(first.headers.get('x-ratelimit-remaining-tokens')).toBe('50');
    // 10 a second come back, and every question here takes a tenth of one and more.
    const second = await ask(simulator, modest);
    expect(Number(second.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(30);
    // Taken as a whole this does not fit any more; it never would if it asked for more than the bucket holds.
    const large = await ask(simulator, chatRequest(model, { max_tokens: 90 }));
    expect(large).toMatchObject({ statusCode: 429 });
    expect(JSON.parse(large.body).error).toMatchObject({
      type: 'tokens',
      message: expect.stringContaining('Limit 600, Requested 100'),
    });
    const impossible = await ask(simulator, chatRequest(model, { max_tokens: 91 }));
    expect(impossible.headers.has('retry-after')).toBe(false);
    expect(JSON.parse(impossible.body).error.message).toMatch(/^Request too large/);
    expect(simulator.records().map(({ asked_tokens }) => asked_tokens)).toEqual([50, 50, 100, 101]);
  });

  it('runs into debt where more came than was asked for', async () => {
    await using simulator = await startSimulator();
    // 60 tokens; the first answer has 150 where 10 were asked for.
    const sim = { tokens: 150, max_tokens: 'ignored' };
    const request = chatRequest('sim-one-otpm60-bucket60', { max_tokens: 10, sim });
    expect(await statuses(simulator, [request])).toEqual([200]);
    const refused = await ask(simulator, request);
    expect(refused.statusCode).toBe(429);
    // 90 below zero and 10 wanted, at one a second.
    const waitSeconds = Number(refused.headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(95);
    expect(waitSeconds).toBeLessThanOrEqual(100);
  });

  it('is shared by all models of one limit where it is the server’s', async () => {
    await using simulator = await startSimulator({
      allModels: { requestsPerMinute: 60, limitBurstSeconds: 1, limitScope: 'server' },
    });
    expect(await statuses(simulator, [chatRequest('sim-one'), chatRequest('sim-burst')])).toEqual([200, 429]);
    await using own = await startSimulator({ allModels: { requestsPerMinute: 60, limitBurstSeconds: 1 } });
    expect(await statuses(own, [chatRequest('sim-one'), chatRequest('sim-burst')])).toEqual([200, 200]);
    expect(await statuses(own, [responsesRequest('sim-one')])).toEqual([429]);
  });
});

describe('Anthropic’s limits', () => {
  it('count input and output apart, without what came from the cache', async () => {
    await using simulator = await startSimulator();
    const model = 'sim-one-rpm60-itpm6000-otpm600-in100-cached40';
    const { headers, statusCode } = await ask(simulator, messagesRequest(model, { max_tokens: 50 }));
    expect(statusCode).toBe(200);
    const stated = [...headers].filter(([name]) => name.startsWith('anthropic-ratelimit-'));
    expect(Object.fromEntries(stated)).toEqual({
      'anthropic-ratelimit-requests-limit': '60',
      'anthropic-ratelimit-requests-remaining': '59',
      'anthropic-ratelimit-requests-reset': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      'anthropic-ratelimit-input-tokens-limit': '6000',
      'anthropic-ratelimit-input-tokens-remaining': '5940',
      'anthropic-ratelimit-input-tokens-reset': expect.any(String),
      'anthropic-ratelimit-output-tokens-limit': '600',
      'anthropic-ratelimit-output-tokens-remaining': '550',
      'anthropic-ratelimit-output-tokens-reset': expect.any(String),
    });
    const refused = await ask(simulator, messagesRequest(model, { max_tokens: 590 }));
    expect(refused.statusCode).toBe(429);
    expect(JSON.parse(refused.body)).toMatchObject({
      error: { type: 'rate_limit_error', message: expect.stringContaining('600 output tokens per minute') },
    });
    expect(simulator.records()[1]).toMatchObject({ limited_by: 'output_tokens', asked_tokens: 690 });
  });

  it('give back the output that did not come', async () => {
    await using simulator = await startSimulator();
    // 100 tokens; 80 are asked for and 5 come: 95 are left for the next request, before any refill.
    const sim = { tokens: 5, max_tokens: 'limit' };
    const request = messagesRequest('sim-one-otpm100', { max_tokens: 80, sim });
    const remaining = 'anthropic-ratelimit-output-tokens-remaining';
    expect((await ask(simulator, request)).headers.get(remaining)).toBe('20');
    const second = await ask(simulator, request);
    expect(second.statusCode).toBe(200);
    expect(Number(second.headers.get(remaining))).toBeGreaterThanOrEqual(15);
  });
});

it('states limits that it does not enforce', async () => {
  await using simulator = await startSimulator();
  const request = chatRequest('sim-one-rpm2-stated');
  expect(await statuses(simulator, [request, request, request])).toEqual([200, 200, 200]);
  expect((await ask(simulator, request)).headers.get('x-ratelimit-remaining-requests')).toBe('0');
});

describe('retries', () => {
  const failing = 'sim-one-overloaded-attempts2';

  it('find the first attempts at each body failing, and the next one not', async () => {
    await using simulator = await startSimulator();
    const one = chatRequest(failing, { user: 'one' });
    const other = chatRequest(failing, { user: 'other' });
    const found = await statuses(simulator, [one, other, one, one, other, other, one]);
    expect(found).toEqual([503, 503, 503, 200, 503, 200, 503]);
    expect(simulator.records().map(({ body_ordinal }) => body_ordinal)).toEqual([1, 1, 2, 3, 2, 3, 4]);
    const [first, second] = simulator.records();
    expect(first?.body_hash).not.toBe(second?.body_hash);
    expect(simulator.records()[2]?.body_hash).toBe(first?.body_hash);
    simulator.reset();
    expect(await statuses(simulator, [one])).toEqual([503]);
  });

  it('find the same where only totals are kept', async () => {
    await using simulator = await startSimulator({ truth: { level: 'summary' } });
    const request = chatRequest(failing);
    expect(await statuses(simulator, [request, request, request])).toEqual([503, 503, 200]);
  });

  it.each([
    ['seconds', { 'retry-after': '3' }],
    ['ms', { 'retry-after-ms': '2500' }],
    ['both', { 'retry-after': '3', 'retry-after-ms': '2500' }],
    ['none', {}],
  ])('are told when in the form %s', async (form, expected) => {
    await using simulator = await startSimulator();
    const sim = { fault: 'rate_limited', retry_after_seconds: 2.5, retry_after_form: form };
    const { headers } = await ask(simulator, chatRequest('sim-one', { sim }));
    const found = [...headers].filter(([name]) => name.startsWith('retry-after'));
    expect(Object.fromEntries(found)).toEqual(expected);
  });
});
