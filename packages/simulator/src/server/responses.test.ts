import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResponse } from '../testing/chat-stream.ts';
import { joinedDeltas, readNamedEvents, responsesRequest } from '../testing/named-events.ts';
import { exchange } from '../testing/raw-exchange.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './start-simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

async function answer(sim: Record<string, unknown>, body: Record<string, unknown> = {}) {
  simulator.reset();
  const settings = { ttft_ms: 5, itl_ms: 1, tokens: 4, ...sim };
  const raw = await exchange(simulator.url, responsesRequest('sim-fast', { sim: settings, ...body }));
  const response = readResponse(raw.bytes);
  const [record] = simulator.records();
  if (record === undefined) throw new Error('no record');
  return {
    response,
    record,
    events: response.body.startsWith('event') ? readNamedEvents(response.body) : [],
  };
}

const types = (events: readonly { type: string }[]) =>
  events.map(({ type }) => type.replace('response.', ''));

describe('a streamed response', () => {
  it('has the whole sequence of events, numbered', async () => {
    const { response, events, record } = await answer({});
    expect(types(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      ...Array.from({ length: 4 }, () => 'output_text.delta'),
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(joinedDeltas(events, 'response.output_text.delta')).toBe(' the quick model answers');
    expect(events[8]).toMatchObject({ item_id: 'msg_000000000001', text: ' the quick model answers' });
    const usage = {
      input_tokens: 3,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 4,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 7,
    };
    expect(events[0]?.response).toMatchObject({ status: 'in_progress', output: [], usage: null });
    expect(events.at(-1)?.response).toMatchObject({
      id: 'resp_000000000001',
      object: 'response',
      model: 'sim-fast',
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'output_text', text: ' the quick model answers' }] }],
      usage,
    });
    expect(response.headers.get('x-request-id')).toBe('resp_000000000001');
    expect(response.body).not.toContain('[DONE]');
    expect(record).toMatchObject({ endpoint: 'responses', usage, content_tokens: [1, 1, 1, 1] });
    expect(record.token_counts).toEqual({ input: 3, output: 4, reasoning: 0, cached: 0, cache_write: 0 });
  });

  it.each([
    ['summary', 'reasoning_summary_text', 'reasoning_summary_part'],
    ['raw', 'reasoning_text', 'content_part'],
  ])('shows reasoning as %s', async (reasoningText, textType, partType) => {
    const { events, record } = await answer({
      reasoning_tokens: 2,
      hidden_reasoning_tokens: 30,
      reasoning_text: reasoningText,
    });
    expect(types(events).slice(2, 10)).toEqual([
      'output_item.added',
      `${partType}.added`,
      `${textType}.delta`,
      `${textType}.delta`,
      `${textType}.done`,
      `${partType}.done`,
      'output_item.done',
      'output_item.added',
    ]);
    expect(joinedDeltas(events, `response.${textType}.delta`)).toBe(' the quick');
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)?.response).toMatchObject({
      output: [{ type: 'reasoning', id: 'rs_000000000001' }, { type: 'message' }],
      usage: { output_tokens: 36, output_tokens_details: { reasoning_tokens: 32 } },
    });
    expect(record).toMatchObject({ tokens: 6, reasoning_tokens: 2, hidden_reasoning_tokens: 30 });
  });

  it('hides reasoning, encrypted or not', async () => {
    const hidden = await answer({ hidden_reasoning_tokens: 500, redacted_reasoning: true });
    expect(types(hidden.events).slice(2, 5)).toEqual([
      'output_item.added',
      'output_item.done',
      'output_item.added',
    ]);
    expect(hidden.events[3]?.item).toMatchObject({ summary: [], encrypted_content: expect.any(String) });
    // State to be sent back with the next request, there from the start: no content.
    expect(hidden.record).toMatchObject({ content_tokens: [1, 1, 1, 1], reasoning_events: 0 });
    const plain = await answer({ hidden_reasoning_tokens: 500, reasoning_in_usage: false });
    expect(plain.events[3]?.item).not.toHaveProperty('encrypted_content');
    expect(plain.record.token_counts).toMatchObject({ output: 504, reasoning: null });
  });

  it('calls functions, refuses, and pads its events', async () => {
    const call = await answer({ answer: 'tool_call' });
    const type = 'response.function_call_arguments.delta';
    expect(JSON.parse(joinedDeltas(call.events, type))).toEqual({ text: ' the quick model answers' });
    expect(call.events.at(-2)?.item).toMatchObject({ type: 'function_call', name: 'get_weather' });
    // The event that adds the item has the name: content without tokens.
    expect(call.record).toMatchObject({ content_tokens: [0, 1, 1, 1, 1], reasoning_events: 0 });
    const refusal = await answer({ answer: 'refusal' });
    expect(joinedDeltas(refusal.events, 'response.refusal.delta')).toBe(' the quick model answers');
    expect(refusal.events.at(-2)?.item).toMatchObject({
      content: [{ type: 'refusal', refusal: ' the quick model answers' }],
    });
    const padded = await answer({ obfuscation: true });
    const paddings = padded.events.flatMap(({ obfuscation }) => obfuscation ?? []);
    expect(paddings).toHaveLength(4);
    expect(new Set(paddings).size).toBeGreaterThan(1);
  });

  it('is incomplete where the request ends it, and may have no end at all', async () => {
    const { events } = await answer({}, { max_output_tokens: 2 });
    expect(events.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        usage: { output_tokens: 2 },
      },
    });
    const endless = await answer({ finish: 'none' });
    expect(types(endless.events).at(-1)).toBe('output_item.done');
    expect(endless.record.usage).toBeNull();
  });

  it('fails in the middle by an error and a failed response', async () => {
    const { response, events, record } = await answer({ fault: 'stream_error' });
    expect(response).toMatchObject({ statusCode: 200, isWhole: true });
    expect(types(events).slice(-3)).toEqual(['output_text.delta', 'error', 'failed']);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.at(-2)).toMatchObject({ code: 'server_error', message: expect.any(String) });
    expect(events.at(-1)?.response).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    expect(record).toMatchObject({ outcome: 'failed', tokens: 2 });
  });
});

describe('a whole response', () => {
  it('has every item', async () => {
    const { response } = await answer({ reasoning_tokens: 2 }, { stream: false });
    expect(JSON.parse(response.body)).toMatchObject({
      id: 'resp_000000000001',
      status: 'completed',
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: ' the quick' }] },
        { type: 'message', status: 'completed', role: 'assistant' },
      ],
      usage: { output_tokens: 6, output_tokens_details: { reasoning_tokens: 2 } },
    });
  });
});

describe('API checks', () => {
  it.each([
    [{ input: undefined }, 'input'],
    [{ input: [{ role: 'robot', content: 'Hi' }] }, 'input[0].role'],
    [{ max_tokens: 3 }, 'max_tokens'],
    [{ max_completion_tokens: 3 }, 'max_completion_tokens'],
    [{ messages: [] }, 'messages'],
    [{ stream_options: { include_usage: true } }, 'stream_options.include_usage'],
    [{ max_output_tokens: 0 }, 'max_output_tokens'],
  ])('refuses %j, naming %s', async (body, param) => {
    const { response } = await answer({}, body);
    expect(response.statusCode).toBe(400);
    expect(JSON.parse(response.body).error).toMatchObject({ type: 'invalid_request_error', param });
  });

  it('counts instructions and the text of all parts', async () => {
    const input = [{ role: 'user', content: [{ type: 'input_text', text: '12345678' }] }];
    const { record } = await answer({}, { input, instructions: '1234' });
    expect(record.asked_input_tokens).toBe(3);
  });
});

describe('a reasoning model', () => {
  const post = async (path: string, body: object) => {
    simulator.reset();
    const response = await fetch(simulator.url + path, { method: 'POST', body: JSON.stringify(body) });
    return { status: response.status, text: await response.text() };
  };
  const chat = {
    model: 'sim-reasoner',
    messages: [{ role: 'user', content: 'Hi' }],
    sim: { ttft_ms: 0, itl_ms: 0 },
  };

  it('says what has become of max_tokens', async () => {
    const refused = await post('/v1/chat/completions', { ...chat, max_tokens: 5 });
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.text).error).toEqual({
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      type: 'invalid_request_error',
      param: 'max_tokens',
      code: 'unsupported_parameter',
    });
  });

  it('takes no temperature but the default', async () => {
    expect((await post('/v1/chat/completions', { ...chat, temperature: 0.5 })).text).toContain(
      "'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
    );
    expect((await post('/v1/chat/completions', { ...chat, temperature: 1 })).status).toBe(200);
  });

  it('bills 500 tokens beside the 50 that it shows', async () => {
    const { text } = await post('/v1/chat/completions', { ...chat, max_completion_tokens: 50 });
    expect(JSON.parse(text).usage).toMatchObject({
      completion_tokens: 550,
      completion_tokens_details: { reasoning_tokens: 500 },
    });
    expect(simulator.records()[0]).toMatchObject({ tokens: 50, hidden_reasoning_tokens: 500 });
  });
});
