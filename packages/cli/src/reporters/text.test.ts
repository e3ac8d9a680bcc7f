import { stripVTControlCharacters } from 'node:util';
import type { Report } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf, skewed } from './report.fixture.ts';
import { textReport } from './text.ts';

const plain = { width: 80, colours: false };

const mixed: Report = reportOf(
  [
    seriesOf(
      {
        ttft: skewed(588, 240, 0.3),
        ttft_corrected: skewed(588, 241, 0.3),
        e2e: skewed(588, 2389, 0.2),
        e2e_corrected: skewed(588, 2390, 0.2),
        output_tokens_per_second: skewed(588, 44.2, 0.1),
        icl: skewed(20_000, 21.8, 0.3),
        tpot: skewed(588, 22.4, 0.1),
        schedule_lag: skewed(600, 0.2, 0.5),
        send_delay: skewed(598, 0.05, 0.5),
      },
      {
        accounting: { scheduled: 600, completed: 588, failed: 10, dropped: 2 },
        counters: {
          input_tokens: 15_234,
          output_tokens: 45_678,
          reasoning_tokens: 1200,
          tokens_from_provider: 588,
          window_completed: 588,
          window_output_tokens: 45_678,
          good: 570,
        },
        errors: { reset: 2, 'rate-limited': 8 },
      },
    ),
  ],
  {
    hasSlo: true,
    errorExamples: {
      'rate-limited':
        'HTTP 429: Rate limit reached for requests. Limit: 500 / min. Please try again in 120ms. Visit https://example.com/limits to learn more.',
      reset: 'connection lost after 12 events',
    },
    thresholds: [
      { metric: 'ttft', expression: 'p(95) < 800ms', passed: true, measured: 407.6, aborted: false },
      {
        metric: 'errors{provider:own}',
        expression: 'rate < 1%',
        passed: false,
        measured: 10 / 598,
        aborted: false,
      },
      { metric: 'tls', expression: 'max < 1s', passed: false, measured: null, aborted: false },
      { metric: 'requests', expression: 'count > 500', passed: true, measured: 1598, aborted: false },
    ],
    notes: ['Every request of steady sends the same prompt.'],
  },
);

describe('a whole report', () => {
  it('reads like this at 80 columns', () => {
    expect(textReport(mixed, plain)).toMatchInlineSnapshot(`
      "Tokenstorm 0.1.0: chat-steady
      =============================

      Targets:  own/llama-3-8b
      Load:     steady: 20 requests/s for 30s (constant-arrival-rate)
      Duration: 31.2s | Requests: 600 | Workers: 1
      Run:      20261121-091530-3f2a | 2026-11-21T09:15:30Z | seed 42

      ┌───────────────────┬──────┬───────┬───────┬───────┬───────┬────────┬───────┐
      │ Metric            │  Min │  Mean │   p50 │   p90 │   p95 │    p99 │   Max │
      ├───────────────────┼──────┼───────┼───────┼───────┼───────┼────────┼───────┤
      │ TTFT (ms)         │ 67.2 │ 253.2 │ 239.9 │ 356.9 │ 407.6 │ ~555.5 │ 856.7 │
      │ Total, E2E (ms)   │ 1023 │  2446 │  2390 │  3113 │  3402 │  ~4182 │  5580 │
      │ Tokens/sec (user) │ 28.9 │  44.5 │  44.2 │  50.5 │  52.7 │  ~58.5 │  67.5 │
      │ Inter-token (ms)  │ 3.24 │  23.0 │  21.8 │  32.4 │  37.1 │   49.9 │ 146.8 │
      │ TPOT (ms)         │ 14.7 │  22.5 │  22.4 │  25.6 │  26.7 │  ~29.6 │  34.2 │
      └───────────────────┴──────┴───────┴───────┴───────┴───────┴────────┴───────┘

      Time to first token (TTFT), 588 requests, log scale:
         63 -   80 ms │▎                                                       1  0.2%
         80 -  100 ms │▉                                                       3  0.5%
        100 -  125 ms │███▍                                                   11  1.9%
        125 -  160 ms │████████████▊                                          41  7.0%
        160 -  200 ms │███████████████████████████████                       100 17.0%
        200 -  250 ms │█████████████████████████████████████████████████████ 171 29.1%
        250 -  320 ms │██████████████████████████████████████████████████▎   162 27.6%
        320 -  400 ms │████████████████████▌                                  66 11.2%
        400 -  500 ms │███████▏                                               23  3.9%
        500 -  630 ms │██▏                                                     7  1.2%
        630 -  800 ms │▋                                                       2  0.3%
        800 - 1000 ms │▎                                                       1  0.2%

      Total duration (E2E), 588 requests, log scale:
        1000 - 1250 ms │▋                                                      3  0.5%
        1250 - 1600 ms │███▊                                                  17  2.9%
        1600 - 2000 ms │███████████████████▍                                  89 15.1%
        2000 - 2500 ms │████████████████████████████████████████████████████ 239 40.6%
        2500 - 3200 ms │██████████████████████████████████████████           193 32.8%
        3200 - 4000 ms │████████▌                                             39  6.6%
        4000 - 5000 ms │█▌                                                     7  1.2%
        5000 - 6300 ms │▎                                                      1  0.2%

      Token usage (counted by the provider):
        Prompt: 15,234 tokens | Completion: 45,678 tokens | Total: 60,912 tokens
        of these reasoning: 1,200 tokens

      Throughput:
        19.6 requests/s | 1,523 output tokens/s | Goodput: 95.0% within the SLO

      Tier: fair (TTFT p50 240ms: excellent, 44.2 tok/s p50: fair)

      Success rate: 98.0% (588/600)
        600 scheduled = 588 completed + 10 failed + 2 dropped + 0 lost + 0 cancelled

      Errors: 10 requests failed (1.7% of those answered)
        rate_limited  8  HTTP 429: Rate limit reached for requests. Limit: 500 / min.
                         Please try again in 120ms. Visit https://example.com/limits
                         to learn more.
        reset         2  connection lost after 12 events

      Thresholds:
        ✓ ttft: p(95) < 800ms              407.6 ms
        ✗ errors{provider:own}: rate < 1%  1.6722%
        ✗ tls: max < 1s                    no data
        ✓ requests: count > 500            1,598

      Validity: VALID. The load generator kept to its own schedule.
        Generator: p99: late by 0.775 ms, slow to send by 0.204 ms, time stamps late
                   by at most 0.312 ms | CPU: 12.0%

      Notes:
        - Every request of steady sends the same prompt.
        - 588 completed requests are too few for the tail: p99 needs 662, p99.9 needs
          6,636. Such percentiles are marked ~ in tables.

      Verdict: FAILED. 2 of 4 thresholds did not hold.
      "
    `);
  });

  it('says the metrics in full where there is room', () => {
    const lines = textReport(mixed, { width: 120, colours: false }).split('\n');
    expect(lines.slice(8, 16).join('\n')).toMatchInlineSnapshot(`
      "┌──────────────────────────────────┬──────┬───────┬──────────────┬───────┬───────┬────────┬───────┐
      │ Metric                           │  Min │  Mean │ p50 (Median) │   p90 │   p95 │    p99 │   Max │
      ├──────────────────────────────────┼──────┼───────┼──────────────┼───────┼───────┼────────┼───────┤
      │ Time to first token, TTFT (ms)   │ 67.2 │ 253.2 │        239.9 │ 356.9 │ 407.6 │ ~555.5 │ 856.7 │
      │ Total duration, E2E (ms)         │ 1023 │  2446 │         2390 │  3113 │  3402 │  ~4182 │  5580 │
      │ Tokens/sec (user)                │ 28.9 │  44.5 │         44.2 │  50.5 │  52.7 │  ~58.5 │  67.5 │
      │ Inter-token, ICL (ms)            │ 3.24 │  23.0 │         21.8 │  32.4 │  37.1 │   49.9 │ 146.8 │
      │ Time per output token, TPOT (ms) │ 14.7 │  22.5 │         22.4 │  25.6 │  26.7 │  ~29.6 │  34.2 │"
    `);
  });

  it('has the same words with colours', () => {
    const coloured = textReport(mixed, { width: 80, colours: true });
    expect(coloured).toContain('\u001B[31m✗\u001B[39m');
    expect(stripVTControlCharacters(coloured)).toBe(textReport(mixed, plain));
  });
});

describe.each([80, 100, 120])('at %d columns', (width) => {
  it('no line is wider, none ends in a space', () => {
    for (const line of textReport(mixed, { width, colours: false }).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).toBe(line.trimEnd());
    }
  });
});
