import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from './report.fixture.ts';
import { textReport } from './text.ts';

const plain = { width: 80, colours: false };

describe('a run', () => {
  it('without any request', () => {
    const report = reportOf([], { measuredSeconds: 0, stopReason: 'interrupted', generator: {} });
    expect(textReport(report, plain)).toMatchInlineSnapshot(`
      "Tokenstorm 0.1.0: chat-steady
      =============================

      Targets:  own/llama-3-8b
      Load:     steady: 20 requests/s for 30s (constant-arrival-rate)
      Duration: 31.2s | Requests: 0 | Workers: 1
      Run:      20261121-091530-3f2a | 2026-11-21T09:15:30Z | seed 42

      No data: no request completed.

      Latency distribution:
        No data

      Token usage:
        Prompt: unknown | Completion: unknown | Total: unknown

      Success rate: no requests (0/0)
        0 scheduled = 0 completed + 0 failed + 0 dropped + 0 lost + 0 cancelled

      Validity: VALID. Nothing was measured.

      Notes:
        - No request completed: there are no latencies.

      Verdict: INTERRUPTED. Stopped by the user; the numbers cover what ran until
               then.
      "
    `);
  });

  it('in which everything failed', () => {
    const failed = seriesOf(
      { schedule_lag: [0.1, 0.2], send_delay: [0.1, 0.1] },
      { accounting: { scheduled: 2, failed: 2 }, errors: { connect: 2 } },
    );
    const report = reportOf([failed], {
      errorExamples: { connect: 'connect ECONNREFUSED 127.0.0.1:8000' },
    });
    expect(textReport(report, plain)).toMatchInlineSnapshot(`
      "Tokenstorm 0.1.0: chat-steady
      =============================

      Targets:  own/llama-3-8b
      Load:     steady: 20 requests/s for 30s (constant-arrival-rate)
      Duration: 31.2s | Requests: 2 | Workers: 1
      Run:      20261121-091530-3f2a | 2026-11-21T09:15:30Z | seed 42

      No data: no request completed.

      Latency distribution:
        No data

      Token usage:
        Prompt: unknown | Completion: unknown | Total: unknown

      Throughput:
        0 requests/s

      Success rate: 0% (0/2)
        2 scheduled = 0 completed + 2 failed + 0 dropped + 0 lost + 0 cancelled

      Errors: 2 requests failed (100% of those answered)
        connect  2  connect ECONNREFUSED 127.0.0.1:8000

      Validity: SUSPECT. Read the numbers with care.
        - 2 of 2 requests (100%) failed (limit 50%).
        Generator: p99: late by 0.200 ms, slow to send by 0.100 ms, time stamps late
                   by at most 0.312 ms | CPU: 12.0%

      Notes:
        - No request completed: there are no latencies.

      Verdict: PASSED. No thresholds were set, so none could fail.
      "
    `);
  });

  it('of one request', () => {
    const one = seriesOf(
      { ttft: [101.3], e2e: [543.2], icl: [20, 21], tpot: [20.5], output_tokens_per_second: [48.8] },
      {
        accounting: { scheduled: 1, completed: 1 },
        counters: { output_tokens: 3, tokens_estimated: 1, window_completed: 1 },
      },
    );
    expect(textReport(reportOf([one]), plain)).toMatchInlineSnapshot(`
      "Tokenstorm 0.1.0: chat-steady
      =============================

      Targets:  own/llama-3-8b
      Load:     steady: 20 requests/s for 30s (constant-arrival-rate)
      Duration: 31.2s | Requests: 1 | Workers: 1
      Run:      20261121-091530-3f2a | 2026-11-21T09:15:30Z | seed 42

      ┌───────────────────┬───────┬───────┬───────┬────────┬────────┬────────┬───────┐
      │ Metric            │   Min │  Mean │   p50 │    p90 │    p95 │    p99 │   Max │
      ├───────────────────┼───────┼───────┼───────┼────────┼────────┼────────┼───────┤
      │ TTFT (ms)         │ 101.3 │ 101.3 │ 101.3 │ ~101.3 │ ~101.3 │ ~101.3 │ 101.3 │
      │ Total, E2E (ms)   │ 543.2 │ 543.2 │ 543.2 │ ~543.2 │ ~543.2 │ ~543.2 │ 543.2 │
      │ Tokens/sec (user) │  48.8 │  48.8 │  48.8 │  ~48.8 │  ~48.8 │  ~48.8 │  48.8 │
      │ Inter-token (ms)  │  20.0 │  20.5 │  20.0 │  ~21.0 │  ~21.0 │  ~21.0 │  21.0 │
      │ TPOT (ms)         │  20.5 │  20.5 │  20.5 │  ~20.5 │  ~20.5 │  ~20.5 │  20.5 │
      └───────────────────┴───────┴───────┴───────┴────────┴────────┴────────┴───────┘

      Time to first token (TTFT), 1 request:
        1 request: 101.3 ms

      Total duration (E2E), 1 request:
        1 request: 543.2 ms

      Token usage (estimated: characters / 4):
        Prompt: unknown | Completion: 3 tokens | Total: unknown

      Throughput:
        0.033 requests/s | 0 output tokens/s

      Tier: fair (TTFT p50 101ms: excellent, 48.8 tok/s p50: fair)

      Success rate: 100% (1/1)
        1 scheduled = 1 completed + 0 failed + 0 dropped + 0 lost + 0 cancelled

      Validity: VALID. The load generator kept to its own schedule.
        Generator: p99: time stamps late by at most 0.312 ms | CPU: 12.0%

      Notes:
        - The provider gave no token counts for 1 of 1 completed requests: their
          output tokens are estimated (characters / 4), and figures per token with
          them.
        - 1 completed request is too few for the tail: p90 needs 64, p95 needs 130,
          p99 needs 662, p99.9 needs 6,636. Such percentiles are marked ~ in tables.

      Verdict: PASSED. No thresholds were set, so none could fail.
      "
    `);
  });

  it('of equal and nearly equal values', () => {
    const equal = seriesOf(
      { ttft: Array.from({ length: 1000 }, () => 200), e2e: [999.9, 1000.4, 1003] },
      { accounting: { scheduled: 1000, completed: 1000 } },
    );
    expect(textReport(reportOf([equal]), plain)).toContain(
      [
        'Time to first token (TTFT), 1,000 requests:',
        '  All 1,000 requests: 200.0 ms',
        '',
        'Total duration (E2E), 3 requests:',
        '  All 3 requests: between 999.9 and 1003 ms',
      ].join('\n'),
    );
  });
});
