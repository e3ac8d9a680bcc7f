import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, readChunks, readEvents, readResponse } from '../testing/chat-stream.ts';
import { chatRequest, exchange } from '../testing/raw-exchange.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './start-simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const expected = ' the quick model answers each of our questions';

async function answer(sim: Record<string, unknown>) {
  simulator.reset();
  const settings = { ttft_ms: 5, itl_ms: 2, tokens: 8, ...sim };
  const raw = await exchange(simulator.url, chatRequest('sim-fast', { sim: settings }));
  const response = readResponse(raw.bytes);
  const [record] = simulator.records();
  if (record === undefined) throw new Error('no record');
  return { raw, response, body: response.body, record };
}

describe('event syntax', () => {
  it.each([
    ['lf', '\n\n'],
    ['crlf', '\r\n\r\n'],
    ['cr', '\r\r'],
  ])('ends lines in %s', async (lineEnd, blank) => {
    const { body } = await answer({ line_end: lineEnd });
    expect(body.split(blank)).toHaveLength(12);
    expect(body.replaceAll(blank, '')).not.toMatch(/[\r\n]/);
    expect(contentOf(body)).toBe(expected);
  });

  it('leaves out the space after data:', async () => {
    const { body } = await answer({ data_space: false });
    expect(body).not.toContain('data: ');
    expect(contentOf(body)).toBe(expected);
  });

  it('spreads an event over several data lines', async () => {
    const { body } = await answer({ multi_line: true });
    expect(readEvents(body)[0]?.data).toMatch(/^\{\n"id".*\n\}$/);
    expect(contentOf(body)).toBe(expected);
  });

  it('puts comments between events and pings before the first', async () => {
    const { body, record, raw } = await answer({ comment_every: 3, ping_ms: 10, ttft_ms: 45 });
    const comments = readEvents(body).flatMap(({ comment }) => comment ?? []);
    expect(comments).toEqual([
      ...Array.from({ length: 4 }, () => ' PROCESSING'),
      ' keep-alive',
      ' keep-alive',
    ]);
    expect(raw.reads.length).toBeGreaterThan(4);
    expect(record.first_write_at_ms).toBeLessThan(record.first_content_at_ms ?? 0);
  });

  it.each(['unicode', 'escaped'])('sends text beyond ASCII: %s', async (text) => {
    const { body } = await answer({ text, tokens: 12 });
    const content = contentOf(body);
    expect(content).toContain('東京');
    expect(content).toContain('👩‍💻');
    expect(/[^\p{ASCII}]/u.test(body)).toBe(text === 'unicode');
    expect(body.includes('\\u6771')).toBe(text === 'escaped');
    expect(content.includes('"quoted"\n\\')).toBe(text === 'escaped');
  });
});

describe('writes', () => {
  it('cuts the bytes into pieces, inside characters and chunk heads too, and still adds up', async () => {
    const { raw, response, body, record } = await answer({
      split_bytes: 7,
      split_gap_ms: 0,
      text: 'unicode',
      tokens: 5,
    });
    expect(response.isWhole).toBe(true);
    expect(contentOf(body)).toBe(' naïve 東京 Ελλάδα 😀 straße');
    expect(record.content_events).toBe(5);
    const whole = await answer({ text: 'unicode', tokens: 5 });
    expect(raw.bytes.length).toBe(whole.raw.bytes.length);
  });

  it('takes a split event as written with the write of its last byte', async () => {
    const { record } = await answer({ split_bytes: 100, split_gap_ms: 15, tokens: 1, ttft_ms: 0 });
    const firstMs = record.content_ms[0] ?? 0;
    // Head and role chunk are about 400 bytes, the event ends about 200 bytes later: the seventh piece or so.
    expect(firstMs).toBeGreaterThanOrEqual(5 * 15);
    expect(record.last_write_at_ms).toBeGreaterThan(record.received_at_ms + firstMs);
  });

  it('bursts the whole response in one write', async () => {
    const { raw, record } = await answer({ burst: true, tokens: 50 });
    expect(raw.reads).toHaveLength(1);
    expect(record.content_events).toBe(50);
    expect(new Set(record.content_ms).size).toBe(1);
    expect(record.first_write_at_ms).toBe(record.last_write_at_ms);
  });

  it('puts several events into one write', async () => {
    const { record } = await answer({ events_per_write: 4, itl_ms: 10 });
    expect(new Set(record.content_ms).size).toBe(2);
    expect(record.content_ms[0]).toBeGreaterThanOrEqual(5 + 3 * 10);
    expect(record.content_ms[4]).toBeGreaterThanOrEqual(5 + 7 * 10);
  });

  it('writes an early role chunk long before the first token', async () => {
    const { record, body } = await answer({ role: 'early', ttft_ms: 60 });
    expect(record.content_ms[0]).toBeGreaterThanOrEqual(60);
    expect(record.first_content_at_ms).toBeGreaterThan(record.first_write_at_ms ?? Infinity);
    expect(readChunks(body)[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
  });

  it('writes an early head alone', async () => {
    const { record, raw } = await answer({ early_head: true, ttft_ms: 300 });
    expect(record.content_ms[0]).toBeGreaterThanOrEqual(300);
    expect(record.first_content_at_ms).toBeGreaterThan(record.first_write_at_ms ?? Infinity);
    expect(raw.reads[0]?.toString('latin1').endsWith('\r\n\r\n')).toBe(true);
  });

  it('pauses between the last token and the end', async () => {
    const { record } = await answer({ tail_ms: 60 });
    expect(record.last_write_at_ms).toBeGreaterThan(record.last_content_at_ms ?? Infinity);
    expect(record.last_write_at_ms).toBeGreaterThanOrEqual(record.received_at_ms + 5 + 7 * 2 + 60);
  });

  it.each(['content_length', 'close'])('frames the body by %s', async (framing) => {
    const { raw, response } = await answer({ framing });
    expect(response.headers.has('transfer-encoding')).toBe(false);
    expect(response.headers.has('content-length')).toBe(framing === 'content_length');
    expect(response.isWhole).toBe(framing === 'content_length');
    expect(raw.ended).toBe(framing === 'close' ? 'fin' : 'open');
    expect(contentOf(response.body)).toBe(expected);
  });
});

it('does all of it at once as sim-traps', async () => {
  simulator.reset();
  const { bytes } = await exchange(simulator.url, chatRequest('sim-traps', { max_tokens: 12 }));
  const { body, isWhole } = readResponse(bytes);
  expect(isWhole).toBe(true);
  expect(contentOf(body)).toBe(' naïve 東京 Ελλάδα 😀 straße مرحبا 👩‍💻 ок 한국어 … naïve 東京');
  expect(simulator.records()[0]?.content_tokens).toEqual([1, 3, 2, 1, 3, 2]);
});
