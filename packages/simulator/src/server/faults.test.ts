import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, readChunks, readEvents, readResponse } from '../testing/chat-stream.ts';
import { chatRequest, exchange } from '../testing/raw-exchange.ts';
import { faultKinds } from '../settings/fault.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './start-simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

async function meet(fault: string, sim: Record<string, unknown> = {}, body: Record<string, unknown> = {}) {
  const patience = fault.startsWith('stall') ? { quietMs: 400 } : {};
  simulator.reset();
  const settings = { ttft_ms: 5, itl_ms: 2, tokens: 8, fault, ...sim };
  const raw = await exchange(simulator.url, chatRequest('sim-fast', { sim: settings, ...body }), patience);
  const response = readResponse(raw.bytes);
  await expect.poll(() => simulator.summary().outcomes.open).toBe(0);
  const [record] = simulator.records();
  expect(simulator.summary()).toMatchObject({ received: 1, faults: { [fault]: 1 } });
  return { raw, response, body: response.body, record };
}

const half = ' the quick model answers';

describe('HTTP errors', () => {
  it.each([
    ['rate_limited', 429, '1', 'rate_limit_exceeded'],
    ['rate_limited_bare', 429, undefined, 'rate_limit_exceeded'],
    ['server_error', 500, undefined, null],
    ['overloaded', 503, undefined, 'overloaded'],
  ])('%s is status %i', async (fault, status, retryAfter, code) => {
    const { response, record, raw } = await meet(fault);
    expect(response).toMatchObject({ statusCode: status, isWhole: true });
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect(JSON.parse(response.body).error.code).toBe(code);
    expect(record).toMatchObject({ outcome: 'failed', status_code: status, fault, tokens: 0, usage: null });
    expect(raw.ended).toBe('open');
  });

  it('gives Retry-After as a date where asked to', async () => {
    const { response } = await meet('rate_limited', { retry_after_seconds: 120, retry_after_form: 'date' });
    const waitMs = Date.parse(response.headers.get('retry-after') ?? '') - Date.now();
    expect(waitMs).toBeGreaterThan(100_000);
    // Whole seconds, rounded up.
    expect(waitMs).toBeLessThanOrEqual(121_000);
  });
});

describe('lost connections', () => {
  it('resets before the first byte', async () => {
    const { raw, record } = await meet('reset_before');
    expect(raw).toMatchObject({ ended: 'reset', text: '' });
    expect(record).toMatchObject({
      outcome: 'failed',
      status_code: 0,
      first_write_at_ms: null,
      aborted_by_client_at_ms: null,
    });
  });

  it.each([{ burst: false }, { burst: true }])('resets after half of the answer: %o', async (sim) => {
    const { raw, response, body, record } = await meet('reset_after', sim);
    expect(raw.ended).toBe('reset');
    expect(response).toMatchObject({ statusCode: 200, isWhole: false });
    expect(contentOf(body)).toBe(half);
    expect(record).toMatchObject({ outcome: 'failed', tokens: 4, status_code: 200, usage: null });
  });

  it('cuts the body with a FIN', async () => {
    const { raw, response, body, record } = await meet('cut');
    expect(raw.ended).toBe('fin');
    expect(response.isWhole).toBe(false);
    expect(response.headers.get('connection')).toBe('keep-alive');
    expect(contentOf(body)).toBe(half);
    expect(record).toMatchObject({ outcome: 'failed', tokens: 4 });
  });

  it('stalls with the connection open, until the client leaves', async () => {
    const { raw, body, record } = await meet('stall');
    expect(raw.ended).toBe('open');
    expect(contentOf(body)).toBe(half);
    expect(record).toMatchObject({ outcome: 'failed', tokens: 4 });
    expect(record?.aborted_by_client_at_ms).toBeGreaterThan((record?.last_write_at_ms ?? Infinity) + 200);
    expect((await meet('stall_before')).raw).toMatchObject({ ended: 'open', text: '' });
  });
});

describe('broken streams under status 200', () => {
  it('ends the body cleanly without finish reason or [DONE]', async () => {
    const { response, body, record, raw } = await meet(
      'truncated',
      {},
      { stream_options: { include_usage: true } },
    );
    expect(response.isWhole).toBe(true);
    expect(raw.ended).toBe('open');
    expect(contentOf(body)).toBe(half);
    expect(readChunks(body).every((chunk) => chunk.choices[0]?.finish_reason === null)).toBe(true);
    expect(body).not.toContain('[DONE]');
    expect(record).toMatchObject({ outcome: 'failed', usage: null });
  });

  it('sends an error object in the stream', async () => {
    const { response, body } = await meet('stream_error');
    expect(response).toMatchObject({ statusCode: 200, isWhole: true });
    const events = readEvents(body).map(({ data }) => data ?? '');
    expect(JSON.parse(events.at(-2) ?? '').error.message).toMatch('The server had an error');
    expect(events.at(-1)).toBe('[DONE]');
    expect(events).toHaveLength(1 + 4 + 2);
  });

  it('sends one event that is not JSON and goes on', async () => {
    const { response, body, record } = await meet('bad_json');
    expect(response.isWhole).toBe(true);
    const texts = readEvents(body).map(({ data }) => data ?? '');
    const broken = texts.filter((text) => text !== '[DONE]' && !isJson(text));
    expect(broken).toHaveLength(1);
    expect(texts).toHaveLength(1 + 8 + 2);
    expect(texts.at(-1)).toBe('[DONE]');
    expect(record).toMatchObject({ outcome: 'failed', tokens: 7, content_events: 7 });
  });
});

describe('harmless faults', () => {
  it('splits the writes', async () => {
    const { raw, response, body, record } = await meet('split_writes');
    expect(response.isWhole).toBe(true);
    expect(raw.reads.length).toBeGreaterThan(5);
    expect(contentOf(body)).toBe(`${half} each of our questions`);
    expect(record).toMatchObject({ outcome: 'completed', tokens: 8 });
  });

  it('closes the connection after the answer', async () => {
    const { raw, response, record } = await meet('close');
    expect(raw.ended).toBe('fin');
    expect(response).toMatchObject({ isWhole: true });
    expect(response.headers.get('connection')).toBe('close');
    expect(record).toMatchObject({ outcome: 'completed', tokens: 8 });
  });
});

describe('without streaming', () => {
  it.each([
    ['truncated', 'open', true, false],
    ['bad_json', 'open', true, false],
    ['cut', 'fin', false, false],
    ['reset_after', 'reset', false, false],
    ['stream_error', 'open', true, true],
  ])('%s', async (fault, ended, isWhole, parses) => {
    const { raw, response, body, record } = await meet(fault, {}, { stream: false });
    expect(raw.ended).toBe(ended);
    expect(response).toMatchObject({ statusCode: 200, isWhole });
    expect(isJson(body)).toBe(parses);
    expect(record).toMatchObject({ outcome: 'failed', tokens: 0, usage: null });
  });
});

describe('which request meets a fault', () => {
  it('is drawn at the given rates, each kind apart, the same for the same seed', async () => {
    const rates = { rate_limited: 0.1, server_error: 0.2, overloaded: 0.05 };
    const draw = async (seed: number) => {
      await using one = await startSimulator({ seed, models: { 'sim-one': { faults: rates } } });
      const request = chatRequest('sim-one');
      for (let round = 1; round <= 4; round += 1) {
        const isOver = () => one.summary().received === round * 250 && one.summary().outcomes.open === 0;
        await exchange(one.url, request.repeat(250), { isOver });
      }
      return one.records().map((record) => record.fault);
    };
    const first = await draw(3);
    expect(first).toHaveLength(1_000);
    for (const [kind, rate] of Object.entries(rates)) {
      const count = first.filter((fault) => fault === kind).length;
      // Five standard deviations of a binomial count.
      expect(Math.abs(count - 1_000 * rate)).toBeLessThan(5 * Math.sqrt(1_000 * rate * (1 - rate)));
    }
    expect(await draw(3)).toEqual(first);
    expect(await draw(4)).not.toEqual(first);
  });

  it('follows a plan by ordinal, of the server or of the model', async () => {
    await using planned = await startSimulator({
      faultPlan: { 2: 'overloaded', 3: 'none' },
      models: { 'sim-one': { faultPlan: { 1: 'server_error', 3: 'rate_limited', 4: 'rate_limited' } } },
    });
    const isOver = () => planned.summary().received === 5;
    await exchange(planned.url, chatRequest('sim-one').repeat(5), { isOver });
    const statuses = planned.records().map((record) => record.status_code);
    expect(statuses).toEqual([500, 503, 200, 429, 200]);
  });

  it('has a name for every kind', async () => {
    await using named = await startSimulator();
    for (const kind of faultKinds.filter((name) => !name.startsWith('stall'))) {
      await exchange(named.url, chatRequest(`sim-one-${kind}`));
    }
    expect(Object.keys(named.summary().faults)).toEqual(
      faultKinds.filter((name) => !name.startsWith('stall')),
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
