import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf, readResponse } from '../testing/chat-stream.ts';
import { chatRequest, exchange } from '../testing/raw-exchange.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './start-simulator.ts';

async function openMany(simulator: Simulator, model: string, count: number) {
  const requests = Array.from({ length: count }, () => exchange(simulator.url, chatRequest(model)));
  return Promise.all(requests);
}

describe('slots', () => {
  it('serves so many at once, the others first come first served', async () => {
    await using simulator = await startSimulator();
    await openMany(simulator, 'sim-ttft40-itl0-n1-slots3', 10);
    const records = simulator.records();
    expect(records.map((record) => record.outcome)).toEqual(Array.from({ length: 10 }, () => 'completed'));
    const service = records.map((record) => ({ from: record.service_at_ms ?? 0, to: record.end_at_ms ?? 0 }));
    expect(service.map(({ from }) => from)).toEqual(
      service.map(({ from }) => from).toSorted((one, other) => one - other),
    );
    for (const { from } of service) {
      expect(service.filter((other) => other.from <= from && other.to > from).length).toBeLessThanOrEqual(3);
    }
    // Ten answers of 40 ms over three slots take four rounds.
    const tookMs = Math.max(...service.map(({ to }) => to)) - (records[0]?.service_at_ms ?? 0);
    expect(tookMs).toBeGreaterThanOrEqual(4 * 40);
    expect(simulator.summary().queue_wait).toMatchObject({ count: 10 });
  });

  it('are given back by a client that leaves, in service or in the queue', async () => {
    await using simulator = await startSimulator();
    const model = 'sim-ttft500-itl0-n1-slots1';
    await exchange(simulator.url, chatRequest(model), { quietMs: 20 });
    await exchange(simulator.url, chatRequest(model), { quietMs: 20 });
    const served = exchange(simulator.url, chatRequest(model), { quietMs: 400 });
    await expect.poll(() => simulator.records()[2]?.service_at_ms).toEqual(expect.any(Number));
    const waiting = await exchange(simulator.url, chatRequest(model), { quietMs: 50 });
    expect([(await served).text, waiting.text]).toEqual(['', '']);
    expect(readResponse((await exchange(simulator.url, chatRequest(model))).bytes).statusCode).toBe(200);
    const outcomes = simulator.records().map((record) => record.outcome);
    expect(outcomes).toEqual(['aborted', 'aborted', 'aborted', 'aborted', 'completed']);
    expect(simulator.records().filter((record) => record.service_at_ms === null)).toHaveLength(1);
  });
});

describe('a freeze', () => {
  it('shifts everything that was due, by its length', async () => {
    await using simulator = await startSimulator();
    const running = exchange(simulator.url, chatRequest('sim-ttft50-itl10-n20'));
    await expect.poll(() => simulator.records()[0]?.content_events).toBeGreaterThan(2);
    const frozenAtMs = Number(process.hrtime.bigint()) / 1e6;
    simulator.freeze(600);
    const late = await exchange(simulator.url, chatRequest('sim-one'));
    expect(contentOf(readResponse((await running).bytes).body)).toMatch(/^ the quick/);
    expect(readResponse(late.bytes).statusCode).toBe(200);
    const [first, second] = simulator.records();
    const times = (first?.content_ms ?? []).map((ms) => ms + (first?.received_at_ms ?? 0));
    expect(times.filter((ms) => ms > frozenAtMs + 1 && ms < frozenAtMs + 600)).toEqual([]);
    expect(first?.content_ms.at(-1)).toBeGreaterThanOrEqual(50 + 19 * 10 + 600);
    expect(second?.first_write_at_ms).toBeGreaterThanOrEqual(frozenAtMs + 600);
    expect(second?.received_at_ms).toBeLessThan(frozenAtMs + 600);
  });
});

describe('the truth endpoints', () => {
  it('give totals and records, forget them, freeze and add models', async () => {
    await using simulator = await startSimulator();
    const call = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(simulator.url + path, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    };
    expect(await call('POST', '/control/models', { mine: { tokens: 3, burst: true } })).toMatchObject({
      status: 200,
    });
    await exchange(simulator.url, chatRequest('mine'));
    const [line = '', ...rest] = (await call('GET', '/truth/records')).text.split('\n');
    expect(rest).toEqual(['']);
    expect(JSON.parse(line)).toEqual(simulator.records()[0]);
    expect(JSON.parse((await call('GET', '/truth/summary')).text)).toMatchObject({
      received: 1,
      outcomes: { completed: 1, open: 0 },
      models: { mine: { received: 1, completed: 1, tokens: 3 } },
      tokens: 3,
      content_events: 3,
      other_requests: 0,
      ttft: { count: 1 },
      itl: { count: 2, max: 0 },
    });
    await call('POST', '/truth/reset');
    expect(simulator.summary()).toMatchObject({ received: 0, tokens: 0, bytes_received: expect.any(Number) });
    expect(await call('POST', '/control/freeze', { ms: 1 })).toMatchObject({ status: 200 });
    expect(await call('POST', '/control/freeze', { ms: -1 })).toMatchObject({ status: 400 });
    expect(await call('POST', '/control/models', { mine: { tokenz: 3 } })).toMatchObject({ status: 400 });
    expect(await call('GET', '/control/freeze')).toMatchObject({ status: 404 });
  });

  it('agree with the sum of the records, and with the bytes on the wire', async () => {
    await using simulator = await startSimulator();
    const raws = await openMany(simulator, 'sim-ttft200-itl1-n6', 5);
    const records = simulator.records();
    const summary = simulator.summary();
    expect(summary.tokens).toBe(records.reduce((sum, record) => sum + record.tokens, 0));
    expect(summary.bytes_sent).toBe(raws.reduce((sum, raw) => sum + raw.bytes.length, 0));
    expect(summary).toMatchObject({
      connections_opened: 5,
      open_peak: 5,
      itl: { count: 25 },
      e2e_close: { count: 5 },
    });
    const ttfts = records.map((record) => record.content_ms[0] ?? 0);
    expect(summary.ttft.min).toBeCloseTo(Math.min(...ttfts), 6);
    expect(summary.ttft.max).toBeCloseTo(Math.max(...ttfts), 6);
  });

  it('keep no records at level summary, and a bounded number at level full', async () => {
    await using brief = await startSimulator({ truth: { level: 'summary' } });
    await openMany(brief, 'sim-one', 3);
    expect(brief.records()).toEqual([]);
    expect(brief.summary()).toMatchObject({ received: 3, tokens: 3, ttft: { count: 3 } });
    await using bounded = await startSimulator({ truth: { maxRecords: 10 } });
    const isOver = () => bounded.summary().outcomes.completed === 1_500;
    await exchange(bounded.url, chatRequest('sim-one').repeat(1_500), { isOver });
    expect(bounded.records().map((record) => record.ordinal)).toEqual(
      Array.from({ length: 10 }, (_, index) => 1_491 + index),
    );
    expect(bounded.summary().records_dropped).toBe(1_490);
  });

  it('write a file of the same records', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'truth-'));
    const file = join(folder, 'truth.ndjson');
    const simulator = await startSimulator({ truth: { file } });
    await openMany(simulator, 'sim-one', 3);
    const open = exchange(simulator.url, chatRequest('sim-one-stall'), { isOver: () => true });
    await expect.poll(() => simulator.records()[3]?.content_events).toBe(1);
    await simulator.close();
    await open;
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).ordinal)).toEqual([1, 2, 3, 4]);
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(simulator.records());
    expect(simulator.records()[3]).toMatchObject({ outcome: 'failed', aborted_by_client_at_ms: null });
    await rm(folder, { recursive: true });
  });
});

describe('TLS', () => {
  it('serves, resets and notes the same as without', async () => {
    const { testCertificate } = await import('../testing/certificate.ts');
    await using simulator = await startSimulator({ tls: testCertificate });
    expect(simulator.url).toMatch(/^https:/);
    const whole = await exchange(simulator.url, chatRequest('sim-ttft5-itl1-n3'));
    expect(contentOf(readResponse(whole.bytes).body)).toBe(' the quick model');
    const reset = await exchange(simulator.url, chatRequest('sim-ttft5-itl1-n8-reset_after'));
    expect(reset.ended).toBe('reset');
    expect(contentOf(readResponse(reset.bytes).body)).toBe(' the quick model answers');
    expect((await exchange(simulator.url, chatRequest('sim-one-reset_before'))).ended).toBe('reset');
    expect(simulator.summary().outcomes).toMatchObject({ completed: 1, failed: 2 });
    await expect.poll(() => simulator.summary().connections_open).toBe(0);
  });

  it('survives a client that does not speak it', async () => {
    const { testCertificate } = await import('../testing/certificate.ts');
    await using simulator = await startSimulator({ tls: testCertificate });
    await exchange(simulator.url.replace('https', 'http'), chatRequest('sim-one'), { quietMs: 300 });
    expect(readResponse((await exchange(simulator.url, chatRequest('sim-one'))).bytes).statusCode).toBe(200);
  });
});
