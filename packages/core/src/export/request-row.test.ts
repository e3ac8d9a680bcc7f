import { describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { RequestRecord } from '../record.ts';
import { requestColumns, requestStartMs } from './request-columns.ts';
import type { ExportedRequest } from './request-columns.ts';
import { requestHeader, requestRow } from './request-row.ts';

const labels = { provider: 'own', model: 'm', scenario: 'chat', region: 'eu', phase: 'main' } as const;

/** Started at 1,000 ms on a new connection (2 + 3 + 5 ms), first token after 110 ms, ten more tokens in 200 ms. */
const completed: RequestRecord = {
  workload: 'chat',
  target: 'own/m',
  phase: 'main',
  arrivalIndex: 7,
  intendedStartMs: 990,
  scheduleLagMs: 1.5,
  sendDelayMs: 0.25,
  attempts: [
    {
      startMs: 1000,
      endMs: 1320,
      statusCode: 200,
      connection: { reused: false, dnsMs: 2, tcpMs: 3, tlsMs: 5 },
      staleReconnects: 0,
    },
  ],
  firstByteMs: 1100,
  firstTokenMs: 1110,
  firstAnswerMs: 1150,
  lastTokenMs: 1310,
  endMs: 1320,
  chunkGapsMs: Array<number>(10).fill(20),
  contentEvents: 11,
  firstEventTokens: 1,
  eventTokens: [],
  reasoningEvents: 0,
  usage: { inputTokens: 5, outputTokens: 11, cachedInputTokens: 2 },
  usageSource: 'provider',
  finishReason: 'tool-calls',
  streamed: true,
  waits: { rateLimitMs: 4, concurrencyMs: 8.5, retryMs: 0 },
  outcome: 'completed',
};

const {
  firstByteMs: _byte,
  firstTokenMs: _token,
  firstAnswerMs: _answer,
  lastTokenMs: _last,
  ...neverAnswered
} = completed;

const failed: RequestRecord = {
  ...neverAnswered,
  attempts: [{ startMs: 1000, endMs: 1320, connection: { reused: true }, staleReconnects: 1 }],
  chunkGapsMs: [],
  contentEvents: 0,
  usage: {},
  outcome: 'failed',
  failure: { kind: 'first-token-timeout', message: 'no token' },
};

function exported(record: RequestRecord): ExportedRequest {
  return { runId: 'run-1', labels, record, startedAtEpochMs: Date.UTC(2026, 10, 21, 9, 15, 30, 7) };
}

const jsonOf = (record: RequestRecord) =>
  JSON.parse(requestRow('jsonl', exported(record))) as Record<string, unknown>;

function csvOf(record: RequestRecord): Record<string, string> {
  const text = `${requestHeader('csv')}\n${requestRow('csv', exported(record))}\n`;
  const rows = parse<Record<string, string>>(text, { columns: true });
  expect(rows.length).toBe(1);
  return rows[0]!;
}

describe('a per-request export', () => {
  it('opens with the columns that other tools know, in their order', () => {
    expect(requestHeader('csv')!.split(',').slice(0, 11)).toEqual([
      'timestamp',
      'connection_time',
      'time_to_first_token',
      'time_to_completion',
      'first_token_latency',
      'tokens_per_second',
      'input_tokens',
      'output_tokens',
      'total_tokens',
      'status',
      'error_message',
    ]);
    expect(requestHeader('jsonl')).toBeUndefined();
  });

  it('has each name once, in snake_case', () => {
    const names = requestColumns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  });

  it('tells a completed request in seconds first, then in ms', () => {
    expect(jsonOf(completed)).toMatchObject({
      timestamp: '2026-11-21T09:15:30.007Z',
      connection_time: 0.01,
      time_to_first_token: 0.11,
      time_to_completion: 0.31,
      first_token_latency: 0.1,
      // 1000 / ((1310 - 1110) / (11 - 1))
      tokens_per_second: 50,
      input_tokens: 5,
      output_tokens: 11,
      total_tokens: 16,
      status: 'success',
      error_message: null,
      run: 'run-1',
      provider: 'own',
      model: 'm',
      scenario: 'chat',
      region: 'eu',
      phase: 'main',
      arrival_index: 7,
      outcome: 'completed',
      error_kind: null,
      status_code: 200,
      finish_reason: 'tool_calls',
      attempts: 1,
      intended_start_ms: 990,
      start_ms: 1000,
      end_ms: 1320,
      schedule_lag_ms: 1.5,
      send_delay_ms: 0.25,
      concurrency_wait_ms: 8.5,
      rate_limit_wait_ms: 4,
      dns_ms: 2,
      ttfb_ms: 100,
      ttft_ms: 110,
      ttfo_ms: 150,
      e2e_ms: 310,
      e2e_close_ms: 320,
      ttft_corrected_ms: 120,
      e2e_corrected_ms: 320,
      tpot_ms: 20,
      cached_input_tokens: 2,
      reasoning_tokens: null,
      token_source: 'provider',
      prompt_row: null,
    });
  });

  it('leaves what a failed request does not have empty', () => {
    const row = csvOf(failed);
    expect(row).toMatchObject({
      connection_time: '0',
      time_to_first_token: '',
      time_to_completion: '',
      first_token_latency: '',
      tokens_per_second: '',
      output_tokens: '',
      total_tokens: '',
      status: 'error',
      error_message: 'no token',
      error_kind: 'first_token_timeout',
      status_code: '',
      stale_reconnects: '1',
      connection_reused: 'true',
      token_source: '',
      end_ms: '1320',
    });
  });

  it('knows a request that was cancelled before it was sent', () => {
    const unsent: RequestRecord = { ...neverAnswered, attempts: [], usage: {}, outcome: 'cancelled' };
    expect(requestStartMs(unsent)).toBe(990);
    expect(jsonOf(unsent)).toMatchObject({
      status: 'cancelled',
      attempts: 0,
      start_ms: null,
      connection_time: null,
      connection_reused: null,
    });
  });

  it('does not know how long a connection took that nobody timed', () => {
    const attempts = [{ ...completed.attempts[0]!, connection: { reused: false } }];
    expect(jsonOf({ ...completed, attempts })).toMatchObject({
      connection_time: null,
      first_token_latency: null,
    });
  });
});

describe('a CSV row', () => {
  it.each([
    ['=HYPERLINK("http://evil","x")', `'=HYPERLINK("http://evil","x")`],
    ['+1', `'+1`],
    ['-cmd|calc', `'-cmd|calc`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `' =1`],
    ['two\r\nlines, and "quotes"', 'two lines, and "quotes"'],
    ['nothing\u0000 odd', 'nothing odd'],
    ['a = b', 'a = b'],
  ])('with the message %j holds %j for a spreadsheet', (message, shown) => {
    const row = csvOf({ ...failed, failure: { kind: 'server-error', message } });
    expect(row['error_message']?.replaceAll(/ +/g, ' ')).toBe(shown);
  });

  it('is one line of as many fields as there are columns, whatever a server says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        const record: RequestRecord = { ...failed, failure: { kind: 'server-error', message } };
        for (const format of ['csv', 'jsonl'] as const) {
          expect(requestRow(format, exported(record))).not.toMatch(/[\r\n]/);
        }
        expect(Object.keys(csvOf(record)).length).toBe(requestColumns.length);
        expect(jsonOf(record)['error_message']).toBe(message);
      }),
    );
  });
});
