import { describe, expect, it } from 'vitest';
import { attempt, failedRecord, requestRecord, wholeRecord } from './__fixtures__/request-record.ts';
import type { RequestRecord } from '../record.ts';
import {
  counterDefinitions,
  findMetric,
  metricDefinitions,
  ratioDefinitions,
  trendDefinitions,
} from './definitions.ts';

function trendValues(record: RequestRecord): Record<string, unknown> {
  const rows = trendDefinitions.map(({ name, values }) => [name, values(record)] as const);
  return Object.fromEntries(rows.filter(([, value]) => value !== undefined));
}

function counterValues(record: RequestRecord): Record<string, number> {
  const context = { slo: { ttftMs: 250 }, window: { startMs: 0, endMs: 1000 } };
  const rows = counterDefinitions.map(({ name, amount }) => [name, amount(record, context)] as const);
  return Object.fromEntries(rows.filter(([, amount]) => amount !== 0));
}

describe('the table of metrics', () => {
  it('has one row for each name, every cell filled', () => {
    const names = metricDefinitions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z0-9_]+$/.test(name))).toEqual([]);
    for (const { title, formula, meaning } of metricDefinitions) {
      expect(title.length * formula.length * meaning.length).toBeGreaterThan(0);
    }
    expect(findMetric('ttft')?.title).toBe('Time to first token');
    expect(findMetric('toString')).toBeUndefined();
  });
});

describe('the trends of one request', () => {
  const waits = { schedule_lag: 0.5, send_delay: 0.25, concurrency_wait: 4, retry_wait: 0 };

  it('of a completed stream', () => {
    expect(trendValues(requestRecord())).toEqual({
      ...waits,
      ttft: 200,
      ttfo: 300,
      ttfb: 195,
      e2e: 400,
      e2e_close: 415,
      e2e_first_attempt: 400,
      e2e_logical: 400,
      tpot: 25,
      itl: [100, 60, 40],
      icl: [100, 60, 40],
      ttft_corrected: 205,
      e2e_corrected: 405,
      dns: 1,
      tcp: 2,
      tls: 3,
      output_tokens_per_second: 40,
    });
  });

  it('counts from the attempt that succeeded', () => {
    const connection = { reused: true };
    const attempts = [attempt({ endMs: 150 }), attempt({ startMs: 205, connection })];
    const retried = requestRecord({ attempts, waits: { concurrencyMs: 4, retryMs: 54 } });
    const values = trendValues(retried);
    expect(values).toMatchObject({ ttft: 100, e2e: 300, ttft_corrected: 205, e2e_corrected: 405 });
    // The first attempt started at 105, the last content came at 505.
    expect(values).toMatchObject({ e2e_logical: 400, retry_wait: 54 });
    expect(Object.keys(values)).not.toContain('tcp');
    expect(Object.keys(values)).not.toContain('e2e_first_attempt');
  });

  it('of a response in one piece: the end of the body, and no tokens', () => {
    expect(trendValues(wholeRecord())).toEqual({
      ...waits,
      ttfb: 195,
      e2e: 415,
      e2e_close: 415,
      e2e_first_attempt: 415,
      e2e_logical: 415,
      e2e_corrected: 420,
      dns: 1,
      tcp: 2,
      tls: 3,
    });
  });

  it('of a request to a provider with limits: how long it waited for them, be it nothing', () => {
    const others = { concurrencyMs: 4, retryMs: 0 };
    expect(trendValues(requestRecord({ waits: { ...others, rateLimitMs: 7 } }))).toMatchObject({
      rate_limit_wait: 7,
    });
    expect(trendValues(requestRecord({ waits: { ...others, rateLimitMs: 0 } }))).toMatchObject({
      rate_limit_wait: 0,
    });
    expect(trendValues(requestRecord({ waits: others }))).not.toHaveProperty('rate_limit_wait');
  });

  it('of a failed request: only what was not the server', () => {
    expect(trendValues(failedRecord())).toEqual(waits);
  });

  it('of a closed loop: no schedule lag', () => {
    const { scheduleLagMs: _, ...record } = requestRecord();
    expect(Object.keys(trendValues(record))).not.toContain('schedule_lag');
  });

  it('without an answer: no time to first output', () => {
    const { firstAnswerMs: _, ...record } = requestRecord();
    expect(Object.keys(trendValues(record))).not.toContain('ttfo');
  });
});

describe('the counters of one request', () => {
  it('of a completed stream', () => {
    const usage = { inputTokens: 20, outputTokens: 9, reasoningTokens: 2, cachedInputTokens: 5 };
    expect(counterValues(requestRecord({ usage, finishReason: 'length' }))).toEqual({
      requests: 1,
      attempts: 1,
      connections_opened: 1,
      input_tokens: 20,
      output_tokens: 9,
      reasoning_tokens: 2,
      cached_input_tokens: 5,
      window_output_tokens: 9,
      window_completed: 1,
      content_events: 4,
      good: 1,
      finished_by_length: 1,
      tokens_from_provider: 1,
    });
  });

  it('of one whose reasoning nobody counted', () => {
    const usage = { outputTokens: 9, uncountedReasoning: true } as const;
    const values = counterValues(requestRecord({ usage }));
    expect(values).toMatchObject({ output_tokens: 9, reasoning_uncounted: 1, tpot_undefined: 1 });
    expect(values).not.toHaveProperty('reasoning_tokens');
  });

  it('of a failed one: its attempts, and the tokens that arrived', () => {
    const refused = attempt({ connection: { reused: false, dnsMs: 1 } });
    const { statusCode: _, ...unanswered } = refused;
    const again = attempt({ connection: { reused: true }, staleReconnects: 2 });
    expect(counterValues(failedRecord({ attempts: [unanswered, again] }))).toEqual({
      requests: 1,
      attempts: 2,
      retries: 1,
      retried_requests: 1,
      stale_reconnects: 2,
      window_output_tokens: 9,
    });
  });

  it('of a cancelled one', () => {
    expect(counterValues(requestRecord({ outcome: 'cancelled', usage: {} }))).toEqual({
      attempts: 1,
      connections_opened: 1,
    });
    expect(counterValues(requestRecord({ outcome: 'cancelled', usage: {}, attempts: [] }))).toEqual({});
  });

  it('says when there is no time per token, and when tokens are guessed', () => {
    const values = counterValues(requestRecord({ usage: { outputTokens: 1 }, usageSource: 'estimated' }));
    expect(values).toMatchObject({ tpot_undefined: 1, tokens_estimated: 1 });
    expect(Object.keys(values)).not.toContain('tokens_from_provider');
    expect(Object.keys(counterValues(wholeRecord()))).not.toContain('tpot_undefined');
  });
});

describe('the ratios', () => {
  it('are shares of what ended, or of all that was scheduled', () => {
    const accounting = { scheduled: 200, completed: 60, failed: 20, dropped: 100, lost: 10, cancelled: 10 };
    const rows = ratioDefinitions.map(({ name, ratio }) => [
      name,
      ratio({ accounting, counters: { good: 50 } }),
    ]);
    expect(Object.fromEntries(rows)).toEqual({ errors: 0.25, goodput: 0.25, dropped: 0.5, lost: 0.05 });
  });

  it('do not exist where nothing happened', () => {
    const accounting = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };
    for (const { ratio } of ratioDefinitions) expect(ratio({ accounting, counters: {} })).toBeUndefined();
  });
});
