import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, readChunks, readEvents, readResponse } from '../testing/chat-stream.ts';
import { chatRequest, exchange, postRequest } from '../testing/raw-exchange.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './start-simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const quick = { ttft_ms: 5, itl_ms: 1, tokens: 4 };

async function answer(sim: Record<string, unknown>, body: Record<string, unknown> = {}) {
  simulator.reset();
  const raw = await exchange(simulator.url, chatRequest('sim-fast', { sim: { ...quick, ...sim }, ...body }));
  const response = readResponse(raw.bytes);
  return { raw, response, body: response.body, record: simulator.records()[0] };
}

describe('a streamed answer', () => {
  it('is a role chunk, a chunk for each token, a finish chunk and [DONE], in one chunked body', async () => {
    const { response, body, record } = await answer({});
    expect(response).toMatchObject({ statusCode: 200, isWhole: true });
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    const chunks = readChunks(body);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '' },
      { content: ' the' },
      { content: ' quick' },
      { content: ' model' },
      { content: ' answers' },
      {},
    ]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(readEvents(body).at(-1)?.data).toBe('[DONE]');
    expect(new Set(chunks.map((chunk) => chunk.id))).toEqual(new Set([response.headers.get('x-request-id')]));
    expect(record).toMatchObject({
      outcome: 'completed',
      tokens: 4,
      content_events: 4,
      content_tokens: [1, 1, 1, 1],
    });
    expect(record?.id).toBe(chunks[0]?.id);
  });

  it('takes its length from max_tokens and then says so', async () => {
    const { body, record } = await answer({}, { max_tokens: 7 });
    expect(record?.tokens).toBe(7);
    expect(readChunks(body).at(-1)?.choices[0]?.finish_reason).toBe('length');
    const limited = await answer({ max_tokens: 'limit' }, { max_completion_tokens: 9 });
    expect(limited.record?.tokens).toBe(4);
    const ignored = await answer({ max_tokens: 'ignored' }, { max_tokens: 2 });
    expect(ignored.record?.tokens).toBe(4);
  });

  it('sends usage when asked, with null in the chunks before it', async () => {
    const { body, record } = await answer(
      { hidden_reasoning_tokens: 30 },
      { stream_options: { include_usage: true } },
    );
    const chunks = readChunks(body);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    const usage = {
      prompt_tokens: 3,
      completion_tokens: 34,
      total_tokens: 37,
      completion_tokens_details: { reasoning_tokens: 30 },
    };
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage });
    expect(record?.usage).toEqual(usage);
    expect(record?.tokens).toBe(4);
  });

  it('sends usage never, always, or counting up in each chunk, as configured', async () => {
    const never = await answer({ usage: 'never' }, { stream_options: { include_usage: true } });
    expect(never.body).not.toContain('usage');
    expect(never.record?.usage).toBeNull();
    expect((await answer({ usage: 'always' })).record?.usage).toMatchObject({ completion_tokens: 4 });
    const { body } = await answer({ usage: 'each_chunk', role: 'none' });
    expect(readChunks(body).map((chunk) => chunk.usage?.completion_tokens)).toEqual([
      1,
      2,
      3,
      4,
      undefined,
      4,
    ]);
  });

  it('streams reasoning before the answer', async () => {
    const { body, record } = await answer({ reasoning_tokens: 2 });
    const deltas = readChunks(body).map((chunk) => chunk.choices[0]?.delta);
    expect(deltas.slice(1, 4)).toEqual([
      { reasoning_content: ' the' },
      { reasoning_content: ' quick' },
      { content: ' the' },
    ]);
    expect(record).toMatchObject({ tokens: 6, reasoning_events: 2 });
  });

  it('answers by a tool call, a refusal, or reasoning alone', async () => {
    const calling = await answer({ answer: 'tool_call', reasoning_tokens: 1, itl_ms: 5 });
    const call = readChunks(calling.body);
    expect(call[2]?.choices[0]?.delta.tool_calls?.[0]?.function).toEqual({
      name: 'get_weather',
      arguments: '',
    });
    expect(calling.record).toMatchObject({ content_tokens: [1, 0, 1, 1, 1, 1], reasoning_events: 1 });
    // The name takes a step of its own. No event is ever early, and any may be late.
    for (const [step, sentMs] of (calling.record?.content_ms ?? []).entries())
      expect(sentMs).toBeGreaterThanOrEqual(quick.ttft_ms + step * 5);
    expect(calling.record?.content_ms).toHaveLength(6);
    expect(call.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
    const refusal = await answer({ answer: 'refusal' });
    expect(readChunks(refusal.body)[1]?.choices[0]?.delta).toEqual({ refusal: ' the' });
    const alone = await answer({ answer: 'none', reasoning_tokens: 3 });
    expect(contentOf(alone.body)).toBe('');
    expect(alone.record).toMatchObject({ content_events: 3, reasoning_events: 3, outcome: 'completed' });
  });

  it('puts several tokens into an event by the pattern', async () => {
    const { body, record } = await answer({ tokens: 7, tokens_per_event: [1, 3, 2], token_ids: true });
    expect(record?.content_tokens).toEqual([1, 3, 2, 1]);
    const ids = readChunks(body).flatMap((chunk) => chunk.choices[0]?.token_ids ?? []);
    expect(ids).toEqual([1000, 1001, 1002, 1003, 1004, 1005, 1006]);
  });

  it('leaves out or merges the role, the finish reason and [DONE]', async () => {
    const bare = await answer({ role: 'none', finish: 'none', done: false });
    expect(readChunks(bare.body)).toHaveLength(4);
    expect(bare.body).not.toContain('[DONE]');
    const merged = readChunks((await answer({ role: 'merged', finish: 'merged' })).body);
    expect(merged[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: ' the' });
    expect(merged).toHaveLength(4);
    expect(merged[3]?.choices[0]?.finish_reason).toBe('stop');
  });

  it('may have no content at all', async () => {
    const { body, record } = await answer({ tokens: 0 });
    expect(contentOf(body)).toBe('');
    expect(record).toMatchObject({
      outcome: 'completed',
      tokens: 0,
      first_content_at_ms: null,
      content_ms: [],
    });
  });

  it('speaks the legacy completions endpoint', async () => {
    simulator.reset();
    const json = JSON.stringify({ model: 'sim-fast', prompt: 'Hi', stream: true, sim: quick });
    const { bytes } = await exchange(simulator.url, postRequest('/v1/completions', json));
    const events = readEvents(readResponse(bytes).body).flatMap(({ data }) =>
      data?.startsWith('{') ? [data] : [],
    );
    const chunks: { choices: { text: string }[]; object: string; id: string }[] = events.map((data) =>
      JSON.parse(data),
    );
    expect(chunks.map((chunk) => chunk.choices[0]?.text)).toEqual([
      ' the',
      ' quick',
      ' model',
      ' answers',
      '',
    ]);
    expect(chunks[0]).toMatchObject({ object: 'text_completion', id: 'cmpl-0000000000000001' });
  });
});

describe('an answer that is not streamed', () => {
  it('is one JSON body, after the time that all its tokens take', async () => {
    simulator.reset();
    const sim = { ttft_ms: 20, itl_ms: 10, tokens: 5, reasoning_tokens: 1 };
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }];
    const response = await fetch(`${simulator.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'sim-fast', messages, sim }),
    });
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      id: 'chatcmpl-000000000001',
      choices: [
        {
          message: { role: 'assistant', content: ' the quick model answers each', reasoning_content: ' the' },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 2, completion_tokens: 6, completion_tokens_details: { reasoning_tokens: 1 } },
    });
    const [record] = simulator.records();
    expect(record).toMatchObject({ stream: false, tokens: 6, content_tokens: [6] });
    expect(record?.content_ms[0]).toBeGreaterThanOrEqual(70);
  });

  it('carries tool calls and refusals', async () => {
    const call = await answer({ answer: 'tool_call' }, { stream: false });
    expect(JSON.parse(call.body).choices[0].message.tool_calls[0].function.name).toBe('get_weather');
    const refusal = await answer({ answer: 'refusal' }, { stream: false });
    expect(JSON.parse(refusal.body).choices[0].message).toMatchObject({
      content: null,
      refusal: ' the quick model answers',
    });
  });
});
