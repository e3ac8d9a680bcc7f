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

async function answer(sim: Record<string, unknown>, body: Record<string, unknown> = {}) {
  simulator.reset();
  const settings = { ttft_ms: 5, itl_ms: 1, ...sim };
  const raw = await exchange(simulator.url, messagesRequest('sim-fast', { sim: settings, ...body }));
  const response = readResponse(raw.bytes);
  const [record] = simulator.records();
  if (record === undefined) throw new Error('no record');
  return {
    raw,
    response,
    record,
    events: response.body.startsWith('event') ? readNamedEvents(response.body) : [],
  };
}

const types = (events: readonly { type: string }[]) => events.map(({ type }) => type);

describe('a streamed message', () => {
  it('is a start, a block with its deltas, a ping, the stop reason and the end', async () => {
    const { response, events, record } = await answer({});
    expect(response).toMatchObject({ statusCode: 200, isWhole: true });
    expect(types(events)).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
      'content_block_delta',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events[0]?.message).toMatchObject({
      id: 'msg_000000000001',
      type: 'message',
      role: 'assistant',
      model: 'sim-fast',
      content: [],
      stop_reason: null,
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 1,
      },
    });
    expect(events[1]).toEqual({
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'text', text: '' },
    });
    expect(joinedDeltas(events, 'text_delta', 'text')).toBe(' the quick model answers');
    expect(events.at(-2)).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'max_tokens', stop_sequence: null },
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 4,
      },
    });
    expect(response.headers.get('request-id')).toBe('req_000000000001');
    expect(record).toMatchObject({
      id: 'req_000000000001',
      endpoint: 'messages',
      outcome: 'completed',
      content_tokens: [1, 1, 1, 1],
      asked_input_tokens: 3,
      asked_output_tokens: 4,
      asked_tokens: 7,
      token_counts: { input: 3, output: 4, reasoning: 0, cached: 0, cache_write: 0 },
    });
  });

  it('shows thinking and signs it', async () => {
    const { events, record } = await answer({ reasoning_tokens: 2 });
    expect(types(events)).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      ...Array.from({ length: 3 }, () => 'content_block_delta'),
      'content_block_stop',
      'content_block_start',
      ...Array.from({ length: 4 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events[1]?.content_block).toEqual({ type: 'thinking', thinking: '', signature: '' });
    expect(joinedDeltas(events, 'thinking_delta', 'thinking')).toBe(' the quick');
    expect(joinedDeltas(events, 'signature_delta', 'signature')).toMatch(/^[\w=+/]{20,}$/);
    expect(joinedDeltas(events, 'text_delta', 'text')).toBe(' the quick model answers');
    expect(events.at(-2)?.usage).toMatchObject({
      output_tokens: 6,
      output_tokens_details: { thinking_tokens: 2 },
    });
    expect(record).toMatchObject({ tokens: 6, reasoning_events: 2, reasoning_tokens: 2 });
  });

  it('bills more thinking than a summary shows, and may not say how much', async () => {
    const { events, record } = await answer({
      reasoning_tokens: 2,
      hidden_reasoning_tokens: 98,
      reasoning_in_usage: false,
    });
    expect(joinedDeltas(events, 'thinking_delta', 'thinking')).toBe(' the quick');
    expect(events.at(-2)?.usage).toMatchObject({ output_tokens: 104 });
    expect(events.at(-2)?.usage).not.toHaveProperty('output_tokens_details');
    expect(record).toMatchObject({
      tokens: 6,
      hidden_reasoning_tokens: 98,
      token_counts: { output: 104, reasoning: null },
    });
  });

  it('leaves thinking out and signs what nobody sees, or redacts it', async () => {
    const omitted = await answer({ hidden_reasoning_tokens: 50 });
    expect(omitted.events[1]?.content_block).toEqual({ type: 'thinking', thinking: '', signature: '' });
    expect(joinedDeltas(omitted.events, 'thinking_delta', 'thinking')).toBe('');
    expect(joinedDeltas(omitted.events, 'signature_delta', 'signature')).not.toBe('');
    const redacted = await answer({ hidden_reasoning_tokens: 50, redacted_reasoning: true });
    expect(types(redacted.events).slice(0, 5)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_stop',
      'content_block_start',
    ]);
    expect(redacted.events[2]).toMatchObject({
      index: 0,
      content_block: { type: 'redacted_thinking', data: expect.stringMatching(/\S{20,}/) },
    });
    expect(redacted.events[4]).toMatchObject({ index: 1, content_block: { type: 'text' } });
    expect(redacted.record.token_counts).toMatchObject({ output: 54, reasoning: 50 });
    // Its data are content, of reasoning, that nobody counts in tokens.
    expect(redacted.record).toMatchObject({
      content_tokens: [0, 1, 1, 1, 1],
      reasoning_events: 1,
      tokens: 4,
    });
  });

  it('calls a tool with one JSON object in pieces, the first of them empty', async () => {
    const changes = { answer: 'tool_call', text: 'escaped', tokens_per_event: 4 };
    const { events, record } = await answer(changes, { max_tokens: 12 });
    expect(types(events).slice(0, 3)).toEqual(['message_start', 'ping', 'content_block_start']);
    expect(events[2]?.content_block).toMatchObject({ type: 'tool_use', name: 'get_weather', input: {} });
    expect(events[3]?.delta).toEqual({ type: 'input_json_delta', partial_json: '' });
    const input: unknown = JSON.parse(joinedDeltas(events, 'input_json_delta', 'partial_json'));
    expect(input).toEqual({ text: expect.stringContaining('東京') });
    expect(events.at(-2)?.delta).toMatchObject({ stop_reason: 'tool_use' });
    // The name is content without tokens.
    expect(record).toMatchObject({ content_tokens: [0, 4, 4, 4], reasoning_events: 0 });
  });

  it('ends by a refusal, by itself, or with thinking alone', async () => {
    const refusal = await answer({ answer: 'refusal' });
    expect(refusal.events.at(-2)?.delta).toMatchObject({ stop_reason: 'refusal' });
    const limited = await answer({ tokens: 3, max_tokens: 'limit' });
    expect(limited.events.at(-2)?.delta).toMatchObject({ stop_reason: 'end_turn' });
    const alone = await answer({ answer: 'none', reasoning_tokens: 3 });
    expect(joinedDeltas(alone.events, 'text_delta', 'text')).toBe('');
    expect(alone.record).toMatchObject({ content_events: 3, reasoning_events: 3, outcome: 'completed' });
  });

  it('tells cached input apart, and puts usage where it is wanted', async () => {
    const cache = { prompt_tokens: 100, cached_prompt_tokens: 60, cache_write_prompt_tokens: 25 };
    const usage = { input_tokens: 15, cache_creation_input_tokens: 25, cache_read_input_tokens: 60 };
    const full = await answer(cache);
    expect(full.events[0]?.message).toMatchObject({
      usage: { ...usage, output_tokens: 1, cache_creation: { ephemeral_5m_input_tokens: 25 } },
    });
    expect(full.events.at(-2)?.usage).toEqual({ ...usage, output_tokens: 4 });
    const output = await answer({ ...cache, message_usage: 'output' });
    expect(output.events.at(-2)?.usage).toEqual({ output_tokens: 4 });
    const late = await answer({ ...cache, message_usage: 'late' });
    expect(late.events[0]?.message).toMatchObject({ usage: { input_tokens: 0, output_tokens: 0 } });
    expect(late.events.at(-2)?.usage).toEqual({ ...usage, output_tokens: 4 });
    for (const { record } of [full, output, late])
      expect(record.token_counts).toEqual({
        input: 100,
        output: 4,
        reasoning: 0,
        cached: 60,
        cache_write: 25,
      });
    const never = await answer({ ...cache, usage: 'never' });
    expect(never.response.body).not.toContain('usage');
    expect(never.record).toMatchObject({ usage: null, token_counts: null });
  });

  it('may count usage up, and end without stop reason or message_stop', async () => {
    const counting = await answer({ usage: 'each_chunk' });
    const deltas = counting.events.filter(({ type }) => type === 'message_delta');
    expect(deltas.map(({ usage }) => usage)).toMatchObject(
      [1, 2, 3, 4, 4].map((tokens) => ({ output_tokens: tokens })),
    );
    const cut = await answer({ finish: 'none', done: false });
    expect(cut.events.at(-1)).toMatchObject({ type: 'message_delta', delta: { stop_reason: null } });
  });
});

describe('a whole message', () => {
  it('has every block and the usage', async () => {
    const { response, record } = await answer(
      { reasoning_tokens: 2, hidden_reasoning_tokens: 8, redacted_reasoning: true, cached_prompt_tokens: 1 },
      { stream: false },
    );
    expect(JSON.parse(response.body)).toEqual({
      id: 'msg_000000000001',
      type: 'message',
      role: 'assistant',
      model: 'sim-fast',
      content: [
        { type: 'thinking', thinking: ' the quick', signature: expect.any(String) },
        { type: 'redacted_thinking', data: expect.any(String) },
        { type: 'text', text: ' the quick model answers' },
      ],
      stop_reason: 'max_tokens',
      stop_sequence: null,
      usage: {
        input_tokens: 2,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 1,
        output_tokens: 14,
        output_tokens_details: { thinking_tokens: 10 },
      },
    });
    expect(record).toMatchObject({ stream: false, content_tokens: [6], token_counts: { output: 14 } });
  });

  it('calls tools', async () => {
    const { response } = await answer({ answer: 'tool_call' }, { stream: false });
    expect(JSON.parse(response.body)).toMatchObject({
      content: [{ type: 'tool_use', name: 'get_weather', input: { text: ' the quick model answers' } }],
      stop_reason: 'tool_use',
    });
  });
});
