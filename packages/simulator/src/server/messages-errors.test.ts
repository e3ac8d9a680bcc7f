import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResponse } from '../testing/chat-stream.ts';
import { joinedDeltas, messagesRequest, readNamedEvents } from '../testing/named-events.ts';
import { exchange } from '../testing/raw-exchange.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './start-simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

async function send(body: Record<string, unknown>, headers?: string[], model = 'sim-one') {
  simulator.reset();
  const raw = await exchange(simulator.url, messagesRequest(model, body, headers));
  return { raw, response: readResponse(raw.bytes), record: simulator.records()[0] };
}

const version = 'anthropic-version: 2023-06-01';

describe('API checks', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
    [{ max_tokens: 0 }, 'max_tokens: Input should be greater than or equal to 1'],
    [{ messages: undefined }, 'messages: Field required'],
    [{ messages: [] }, 'messages: at least one message is required'],
    [{ messages: [{ role: 'system', content: 'Be brief' }] }, 'Unexpected role "system"'],
    [{ messages: [{ role: 'user', content: 3 }] }, 'messages.0.content'],
    [{ system: 3 }, 'system: Input should be a valid list'],
    [{ stream: 'yes' }, 'stream: Input should be a valid boolean'],
    [{ temperature: 1.5 }, 'temperature: range: 0..1'],
    [{ stream_options: { include_usage: true } }, 'stream_options: Extra inputs are not permitted'],
    [{ thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 1000 }, 'must be greater than'],
    [{ sim: { tokens: -1 } }, 'sim.tokens'],
  ])('refuses %j with 400', async (body, message) => {
    const { response, record } = await send(body);
    expect(response.statusCode).toBe(400);
    expect(JSON.parse(response.body)).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
      request_id: 'req_000000000001',
    });
    expect(response.headers.get('request-id')).toBe('req_000000000001');
    expect(record).toMatchObject({ outcome: 'rejected', status_code: 400, endpoint: 'messages' });
  });

  it('wants the version, and knows its own models', async () => {
    const unversioned = await send({}, []);
    expect(unversioned.response).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('anthropic-version: header is required'),
    });
    const unknown = await send({}, [version], 'claude-nonsense');
    expect(unknown.response.statusCode).toBe(404);
    expect(JSON.parse(unknown.response.body).error).toEqual({
      type: 'not_found_error',
      message: 'model: claude-nonsense',
    });
  });

  it.each([
    [[], 401, 'x-api-key header is required'],
    [['x-api-key: wrong'], 401, 'invalid x-api-key'],
    [['authorization: Bearer wrong'], 401, 'Invalid bearer token'],
    [['x-api-key: secret'], 200, 'message_stop'],
    [['authorization: Bearer secret'], 200, 'message_stop'],
  ])('answers the key %j with %i', async (headers, status, text) => {
    await using closed = await startSimulator({ apiKey: 'secret' });
    const raw = await exchange(closed.url, messagesRequest('sim-one', {}, [version, ...headers]));
    const response = readResponse(raw.bytes);
    expect(response).toMatchObject({ statusCode: status, body: expect.stringContaining(text) });
    if (status === 401) expect(JSON.parse(response.body).error.type).toBe('authentication_error');
  });

  it('lets a reasoning model refuse temperature, but not max_tokens', async () => {
    const refused = await send({ temperature: 0.5 }, [version], 'sim-reasoner');
    expect(refused.response).toMatchObject({ statusCode: 400, body: expect.stringContaining('temperature') });
    const sim = { ttft_ms: 0, itl_ms: 0 };
    expect((await send({ sim }, [version], 'sim-reasoner')).response.statusCode).toBe(200);
  });

  it('counts the text of the system prompt and of all blocks', async () => {
    const block = { type: 'text', text: '12345678' };
    const messages = [{ role: 'user', content: [block, block] }];
    expect((await send({ messages, system: [block] })).record?.asked_input_tokens).toBe(6);
  });

  it('lists models in its own shape, for those who name a version', async () => {
    const get = async (path: string, versioned = true) => {
      const headers = versioned ? { 'anthropic-version': '2023-06-01' } : undefined;
      const response = await fetch(simulator.url + path, headers && { headers });
      const body: unknown = await response.json();
      return { status: response.status, body };
    };
    expect((await get('/v1/models')).body).toMatchObject({
      data: expect.arrayContaining([
        { type: 'model', id: 'sim-fast', display_name: 'sim-fast', created_at: expect.any(String) },
      ]),
      has_more: false,
      first_id: 'sim-fast',
    });
    expect((await get('/v1/models/sim-w3-n5')).body).toMatchObject({ type: 'model', id: 'sim-w3-n5' });
    expect(await get('/v1/models/gpt-4o')).toMatchObject({
      status: 404,
      body: { type: 'error', error: { type: 'not_found_error' } },
    });
    expect((await get('/v1/models/%zz', false)).status).toBe(404);
    expect((await get('/v1/models', false)).body).toMatchObject({ object: 'list' });
  });
});

describe('faults', () => {
  it.each([
    ['rate_limited', 429, 'rate_limit_error', '1'],
    ['rate_limited_bare', 429, 'rate_limit_error', undefined],
    ['server_error', 500, 'api_error', undefined],
    ['overloaded', 529, 'overloaded_error', undefined],
  ])('%s is status %i', async (fault, status, type, retryAfter) => {
    const { response, record } = await send({ sim: { fault } });
    expect(response.statusCode).toBe(status);
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect(JSON.parse(response.body)).toMatchObject({ type: 'error', error: { type } });
    expect(record).toMatchObject({ outcome: 'failed', status_code: status, fault, tokens: 0 });
  });

  const settings = { ttft_ms: 5, itl_ms: 1, burst: false };

  it('tells of an error in the stream by an event', async () => {
    const { response, record } = await send({ max_tokens: 8, sim: { ...settings, fault: 'stream_error' } });
    const events = readNamedEvents(response.body);
    expect(response).toMatchObject({ statusCode: 200, isWhole: true });
    expect(joinedDeltas(events, 'text_delta', 'text')).toBe(' the quick model answers');
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      error: { type: 'overloaded_error' },
      request_id: 'req_000000000001',
    });
    expect(record).toMatchObject({ outcome: 'failed', tokens: 4, usage: null });
  });

  it('breaks streams in the middle as it does elsewhere', async () => {
    const truncated = await send({ max_tokens: 8, sim: { ...settings, fault: 'truncated' } });
    expect(truncated.response.isWhole).toBe(true);
    expect(truncated.response.body).not.toMatch(/message_delta|message_stop|content_block_stop/);
    const cut = await send({ max_tokens: 8, sim: { ...settings, fault: 'cut' } });
    expect(cut.raw.ended).toBe('fin');
    expect(cut.response.isWhole).toBe(false);
    const bad = await send({ max_tokens: 8, sim: { ...settings, fault: 'bad_json' } });
    expect(() => readNamedEvents(bad.response.body)).toThrow(SyntaxError);
    expect(bad.record).toMatchObject({ outcome: 'failed', tokens: 7 });
    const body = await send({ stream: false, sim: { fault: 'stream_error' } });
    expect(JSON.parse(body.response.body)).toMatchObject({ type: 'error', request_id: 'req_000000000001' });
  });
});
