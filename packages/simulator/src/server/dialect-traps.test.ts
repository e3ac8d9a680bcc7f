import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents, readResponse } from '../testing/chat-stream.ts';
import { joinedDeltas, messagesRequest, readNamedEvents, responsesRequest } from '../testing/named-events.ts';
import { exchange } from '../testing/raw-exchange.ts';
import { failuresAt } from '../settings/built-in-models.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './start-simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const dialects = [
  {
    name: 'messages',
    request: messagesRequest,
    limit: 'max_tokens',
    text: (body: string) => joinedDeltas(readNamedEvents(body), 'text_delta', 'text'),
    last: 'message_stop',
  },
  {
    name: 'responses',
    request: responsesRequest,
    limit: 'max_output_tokens',
    text: (body: string) => joinedDeltas(readNamedEvents(body), 'response.output_text.delta'),
    last: 'response.incomplete',
  },
];

describe.each(dialects)('$name', ({ request, limit, text, last }) => {
  async function answer(sim: Record<string, unknown>, model = 'sim-fast', tokens = 8) {
    simulator.reset();
    const settings = { ttft_ms: 5, itl_ms: 2, ...sim };
    const body = { [limit]: tokens, ...(Object.keys(sim).length > 0 && { sim: settings }) };
    const raw = await exchange(simulator.url, request(model, body), { quietMs: 1_000 });
    const response = readResponse(raw.bytes);
    const [record] = simulator.records();
    if (record === undefined) throw new Error('no record');
    return { raw, response, body: response.body, record };
  }
  const expected = ' the quick model answers each of our questions';

  it('does everything at once as sim-traps', async () => {
    const { body, response, record, raw } = await answer({}, 'sim-traps', 12);
    expect(response.isWhole).toBe(true);
    expect(text(body)).toBe(' naïve 東京 Ελλάδα 😀 straße مرحبا 👩‍💻 ок 한국어 … naïve 東京');
    expect(record.content_tokens).toEqual([1, 3, 2, 1, 3, 2]);
    expect(body).toContain('\r\n\r\nevent:');
    expect(body).not.toContain('data: ');
    expect(readEvents(body).filter(({ comment }) => comment === ' keep-alive')).toHaveLength(2);
    expect(raw.reads.length).toBeGreaterThan(10);
    // Early opening, pings while the first token is awaited, and a pause of 100 ms before the end, less what the content was late.
    expect(record.first_content_at_ms).toBeGreaterThan((record.first_write_at_ms ?? Infinity) + 20);
    expect(record.last_write_at_ms).toBeGreaterThanOrEqual((record.last_content_at_ms ?? Infinity) + 60);
  });

  it.each([
    [{ line_end: 'cr' }],
    [{ multi_line: true }],
    [{ split_bytes: 7, split_gap_ms: 0 }],
    [{ burst: true }],
    [{ events_per_write: 3 }],
    [{ role: 'early', ttft_ms: 40 }],
    [{ early_head: true, ttft_ms: 40 }],
    [{ framing: 'content_length' }],
    [{ fault: 'split_writes', itl_ms: 0 }],
  ])('says the same under %j', async (sim) => {
    const { body, response, record } = await answer(sim);
    expect(response.isWhole).toBe(true);
    expect(text(body)).toBe(expected);
    expect(readNamedEvents(body).at(-1)?.type).toBe(last);
    expect(record).toMatchObject({ outcome: 'completed', tokens: 8, content_events: 8 });
  });

  it('writes a burst at once, and the opening with the first token', async () => {
    const burst = await answer({ burst: true });
    expect(burst.record.first_write_at_ms).toBe(burst.record.last_write_at_ms);
    const { record } = await answer({ ttft_ms: 50 });
    expect(record.first_write_at_ms).toBe(record.first_content_at_ms);
    expect(record.content_ms[0]).toBeGreaterThanOrEqual(50);
  });

  it('stalls and breaks where it is told to', async () => {
    const head = await answer({ fault: 'stall', fault_after_events: 0, role: 'none' });
    expect(head.raw).toMatchObject({ ended: 'open' });
    expect(head.response).toMatchObject({ statusCode: 200, body: '' });
    const opening = await answer({ fault: 'stall', fault_after_events: 0, role: 'early' });
    expect(readNamedEvents(opening.body).length).toBeGreaterThan(1);
    expect(text(opening.body)).toBe('');
    const first = await answer({ fault: 'stall', fault_after_events: 1 });
    expect(text(first.body)).toBe(' the');
    expect(first.record).toMatchObject({ tokens: 1, fault: 'stall' });
    const cut = await answer({ fault: 'cut', fault_after_events: 5 });
    expect(text(cut.body)).toBe(' the quick model answers each');
    const empty = await answer({ fault: 'truncated', fault_after_events: 0, role: 'none' });
    expect(empty.response).toMatchObject({ statusCode: 200, isWhole: true, body: '' });
  });

  it('meets every failure of workload W6', async () => {
    simulator.reset();
    const body = { [limit]: 8, sim: { ttft_ms: 0, itl_ms: 0, burst: true } };
    const failing = Object.keys(failuresAt(0.05));
    for (const fault of failing) {
      const faulty = { ...body, sim: { ...body.sim, fault } };
      await exchange(simulator.url, request('sim-fast', faulty));
    }
    await expect.poll(() => simulator.summary().outcomes.open).toBe(0);
    expect(simulator.summary().outcomes).toMatchObject({ failed: failing.length, completed: 0 });
  });
});
