import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, readResponse } from '../testing/chat-stream.ts';
import { chatRequest, exchange, gather, postRequest, socketTo } from '../testing/raw-exchange.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './start-simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({
    models: { 'o-mini': { refusedParameters: ['temperature', 'max_tokens'] } },
  });
});
afterAll(() => simulator.close());

const messages = [{ role: 'user', content: 'Hi' }];

async function post(body: unknown, path = '/v1/chat/completions', headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(simulator.url + path, { method: 'POST', body: text, headers });
  return { status: response.status, text: await response.text() };
}

describe('API checks', () => {
  it.each([
    ['{"model": "sim-one", ', null],
    ['[]', null],
    [{ messages }, 'model'],
    [{ model: 'sim-one' }, 'messages'],
    [{ model: 'sim-one', messages: 'Hi' }, 'messages'],
    [{ model: 'sim-one', messages: [] }, 'messages'],
    [{ model: 'sim-one', messages: [{ role: 'robot', content: 'Hi' }] }, 'messages[0].role'],
    [{ model: 'sim-one', messages: [...messages, { role: 'user', content: 3 }] }, 'messages[1].content'],
    [{ model: 'sim-one', messages, stream: 'yes' }, 'stream'],
    [{ model: 'sim-one', messages, max_tokens: 0 }, 'max_tokens'],
    [{ model: 'sim-one', messages, temperature: 3 }, 'temperature'],
    [{ model: 'sim-one', messages, stream_options: { include_usage: true } }, 'stream_options'],
    [{ model: 'o-mini', messages, temperature: 0.7 }, 'temperature'],
    [{ model: 'sim-one', messages, sim: { ttft: 3 } }, 'sim'],
    [{ model: 'sim-one', messages, sim: { tokens: -1 } }, 'sim'],
  ])('refuses %j with 400, naming %s', async (body, param) => {
    simulator.reset();
    const { status, text } = await post(body);
    expect(status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ type: 'invalid_request_error', param });
    expect(simulator.records()[0]).toMatchObject({ outcome: 'rejected', status_code: 400, fault: null });
  });

  it('knows no other models and paths', async () => {
    simulator.reset();
    expect(await post({ model: 'gpt-4o', messages })).toMatchObject({ status: 404 });
    expect(await post({ model: 'sim-nonsense', messages })).toMatchObject({ status: 404 });
    expect(await post({}, '/v1/embeddings')).toMatchObject({ status: 404 });
    expect(await (await fetch(`${simulator.url}/v1/chat/completions`)).json()).toHaveProperty('error');
    expect(simulator.summary()).toMatchObject({ received: 2, other_requests: 2, status_codes: { 404: 2 } });
  });

  it('knows every model where it was told to', async () => {
    await using any = await startSimulator({ anyModel: true, allModels: { tokens: 2, burst: true } });
    const { bytes } = await exchange(any.url, chatRequest('gpt-4o'));
    expect(contentOf(readResponse(bytes).body)).toBe(' the quick');
  });

  it('wants the API key where it has one', async () => {
    await using closed = await startSimulator({ apiKey: 'secret' });
    expect(readResponse((await exchange(closed.url, chatRequest('sim-one'))).bytes).statusCode).toBe(401);
    const signed = chatRequest('sim-one', {}, ['authorization: Bearer secret']);
    expect(readResponse((await exchange(closed.url, signed)).bytes).statusCode).toBe(200);
    expect(closed.summary().outcomes).toMatchObject({ rejected: 1, completed: 1 });
  });

  it('lists models and says that it is well', async () => {
    const list: { data: { id: string }[] } = JSON.parse(
      await (await fetch(`${simulator.url}/v1/models`)).text(),
    );
    expect(list.data.map((model) => model.id)).toEqual(
      expect.arrayContaining(['sim-fast', 'sim-w2', 'o-mini']),
    );
    expect((await fetch(`${simulator.url}/v1/models/sim-ttft5-n3`)).status).toBe(200);
    expect((await fetch(`${simulator.url}/v1/models/other`)).status).toBe(404);
    expect((await fetch(`${simulator.url}/health`)).status).toBe(200);
  });

  it('takes changes from the header x-sim, below those of the body', async () => {
    simulator.reset();
    const body = { model: 'sim-one', messages, stream: true, sim: { tokens: 3 } };
    await post(body, '/v1/chat/completions', { 'x-sim': '{"tokens": 9, "reasoning_tokens": 2}' });
    expect(simulator.records()[0]).toMatchObject({ tokens: 5, reasoning_events: 2 });
  });
});

describe('who sent a request', () => {
  it('is what its header says, cut at 64 characters, or nobody', async () => {
    simulator.reset();
    const long = 'w'.repeat(80);
    for (const headers of [{ 'X-Client': 'worker-2' }, { 'x-client': long }, {}])
      await post({ model: 'sim-one', messages }, '/v1/chat/completions', headers);
    await post({}, '/v1/messages', { 'x-client': 'refused' });
    const clients = simulator.records().map(({ client }) => client);
    expect(clients).toEqual(['worker-2', 'w'.repeat(64), null, 'refused']);
  });
});

describe('HTTP/1.1', () => {
  it('serves one connection again and again', async () => {
    simulator.reset();
    const socket = socketTo(simulator.url);
    for (let turn = 0; turn < 3; turn += 1) {
      socket.write(chatRequest('sim-one'));
      await gather(socket);
    }
    socket.destroy();
    expect(simulator.records().map((record) => record.request_on_connection)).toEqual([1, 2, 3]);
    expect(new Set(simulator.records().map((record) => record.connection)).size).toBe(1);
    expect(simulator.summary().connections_opened).toBe(1);
  });

  it('answers pipelined requests in order, thousands of them', async () => {
    simulator.reset();
    const first = chatRequest('sim-ttft20-n1', { max_tokens: 2 });
    const isOver = () => simulator.summary().outcomes.completed === 3_001;
    const { text } = await exchange(simulator.url, first + chatRequest('sim-one').repeat(3_000), { isOver });
    const ids = [...text.matchAll(/x-request-id: (\S+)/g)].map((match) => match[1]);
    expect(ids).toEqual(simulator.records().map((record) => record.id));
    expect(ids).toHaveLength(3_001);
  });

  it('reads a request however it is cut, chunked too', async () => {
    simulator.reset();
    const json = JSON.stringify({ model: 'sim-one', messages: [{ role: 'user', content: 'Grüße' }] });
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    const bytes = Buffer.from(json);
    const cut = json.indexOf('ü') + 1;
    const chunk = (part: Buffer) =>
      Buffer.concat([Buffer.from(`${part.length.toString(16)};x=y\r\n`), part, Buffer.from('\r\n')]);
    const chunked = [
      chunk(bytes.subarray(0, cut)),
      chunk(bytes.subarray(cut)),
      Buffer.from('0\r\nTrailer: x\r\n\r\n'),
    ];
    const socket = socketTo(simulator.url);
    for (const byte of Buffer.concat([Buffer.from(head), ...chunked])) socket.write(Buffer.of(byte));
    expect(readResponse((await gather(socket)).bytes).statusCode).toBe(200);
    socket.destroy();
    expect(simulator.records()[0]).toMatchObject({ body_bytes: bytes.length, outcome: 'completed' });
  });

  it('hashes the body', async () => {
    simulator.reset();
    await exchange(simulator.url, postRequest('/v1/completions', 'abc'));
    // SHA-256 of "abc": FIPS 180-2, B.1.
    expect(simulator.records()[0]).toMatchObject({
      body_hash: 'ba7816bf8f01cfea',
      status_code: 400,
      path: '/v1/completions',
    });
  });

  it('sends 100 Continue to who waits for it', async () => {
    const [head = '', body = ''] = chatRequest('sim-one', {}, ['expect: 100-continue']).split('\r\n\r\n');
    const socket = socketTo(simulator.url);
    socket.write(`${head}\r\n\r\n`);
    const isOver = (bytes: Buffer) => bytes.includes('\r\n\r\n');
    expect((await gather(socket, { isOver })).text).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(body);
    expect(readResponse((await gather(socket)).bytes).statusCode).toBe(200);
    socket.destroy();
  });

  it('closes after the answer where the client says so', async () => {
    const raw = await exchange(simulator.url, chatRequest('sim-one', {}, ['Connection: close']));
    expect(raw.ended).toBe('fin');
    expect(readResponse(raw.bytes).headers.get('connection')).toBe('close');
  });

  it.each([
    ['GARBAGE\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nno colon\r\n\r\n', 400],
    ['POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n', 400],
    ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 400],
    ['POST / HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n', 413],
    [`GET / HTTP/1.1\r\nx: ${'y'.repeat(70_000)}`, 431],
  ])('refuses %j', async (text, status) => {
    const raw = await exchange(simulator.url, text);
    expect(raw.ended).toBe('fin');
    expect(readResponse(raw.bytes).statusCode).toBe(status);
  });

  it('closes idle connections after the keep-alive timeout, and only those', async () => {
    await using brief = await startSimulator({ keepAliveTimeoutMs: 30 });
    const raw = await exchange(brief.url, chatRequest('sim-ttft150-n1'), {
      quietMs: 5_000,
      isOver: () => false,
    });
    expect(raw.ended).toBe('fin');
    expect(readResponse(raw.bytes).isWhole).toBe(true);
    expect(brief.records()[0]).toMatchObject({ outcome: 'completed', aborted_by_client_at_ms: null });
  });

  it('notes when the client leaves in the middle of an answer', async () => {
    simulator.reset();
    await exchange(simulator.url, chatRequest('sim-ttft5-itl20-n1000'), { isOver: () => true });
    await expect.poll(() => simulator.summary().outcomes).toMatchObject({ aborted: 1, open: 0 });
    const [record] = simulator.records();
    expect(record?.outcome).toBe('aborted');
    expect(record?.tokens).toBeLessThan(1_000);
    expect(record?.aborted_by_client_at_ms).toBeGreaterThan(record?.received_at_ms ?? Infinity);
  });
});
