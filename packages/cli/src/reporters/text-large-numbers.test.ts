import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf, skewed } from './report.fixture.ts';
import { textReport } from './text.ts';

const plain = { width: 80, colours: false };

const large = reportOf(
  ['gpt-4o-mini', 'a-model-with-an-unusually-long-name-2026-11-21-instruct'].map((model, index) =>
    seriesOf(
      {
        ttft: skewed(50, 20_000, 1),
        ttft_corrected: skewed(50, 90_000, 1),
        ttfo: skewed(50, 60_000, 1),
        e2e: skewed(50, 90_000, 1),
        e2e_corrected: skewed(50, 180_000, 1),
        output_tokens_per_second: skewed(50, 12_345, 0.1),
        icl: skewed(60, 43_210, 0.2),
        tpot: skewed(50, 54_321, 0.2),
        schedule_lag: [8000],
        concurrency_wait: skewed(50, 9000, 0.5),
      },
      {
        labels: { model, region: index === 0 ? 'eu-west' : 'us-east' },
        accounting: {
          scheduled: 1_234_567,
          completed: 1_000_000,
          failed: 100_000,
          dropped: 134_567 - 3,
          lost: 3,
        },
        counters: { tokens_estimated: 50, tokens_from_provider: 1_000_000 - 50, output_tokens: 12_345_678 },
        errors: { 'first-token-timeout': 100_000 },
      },
    ),
  ),
  {
    stopReason: 'threshold',
    thresholds: [
      { metric: 'ttft', expression: 'p(95) < 800ms', passed: false, measured: 99_000, aborted: true },
    ],
    errorExamples: { 'first-token-timeout': '\u001B[2Jno  content\nafter 60s\u0007' },
  },
);

describe('a run with long names and large numbers', () => {
  it('reads like this', () => {
    expect(textReport(large, plain)).toMatchInlineSnapshot(`
      "Tokenstorm 0.1.0: chat-steady
      =============================

      Targets:  own/llama-3-8b
      Load:     steady: 20 requests/s for 30s (constant-arrival-rate)
      Duration: 31.2s | Requests: 2,469,134 | Workers: 1
      Run:      20261121-091530-3f2a | 2026-11-21T09:15:30Z | seed 42

      ┌───────────────────┬───────┬───────┬───────┬───────┬────────┬────────┬───────┐
      │ Metric            │   Min │  Mean │   p50 │   p90 │    p95 │    p99 │   Max │
      ├───────────────────┼───────┼───────┼───────┼───────┼────────┼────────┼───────┤
      │ TTFT (s)          │  1.27 │  35.4 │  19.5 │  70.1 │ ~117.0 │ ~315.1 │ 315.1 │
      │ First answer (s)  │  3.81 │ 106.3 │  58.6 │ 210.4 │ ~351.3 │ ~945.2 │ 945.2 │
      │ TTFT planned (s)  │  5.71 │ 159.4 │  87.9 │ 315.6 │ ~526.6 │  ~1418 │  1418 │
      │ Total, E2E (s)    │  5.71 │ 159.4 │  87.9 │ 315.6 │ ~526.6 │  ~1418 │  1418 │
      │ E2E planned (s)   │  11.4 │ 318.8 │ 175.8 │ 631.2 │  ~1053 │  ~2836 │  2836 │
      │ Tokens/sec (user) │  9370 │ 12415 │ 12321 │ 14000 │ ~14737 │ ~16264 │ 16264 │
      │ Inter-token (ms)  │ 24351 │ 44201 │ 43057 │ 55673 │ ~60359 │ ~76674 │ 76674 │
      │ TPOT (ms)         │ 31296 │ 55557 │ 54067 │ 69861 │ ~77398 │ ~94285 │ 94285 │
      │ Slot wait (ms)    │  2268 │ 10366 │  8897 │ 16859 │ ~21774 │ ~35722 │ 35722 │
      └───────────────────┴───────┴───────┴───────┴───────┴────────┴────────┴───────┘

      Time to first token (TTFT), 100 requests, log scale:
          1 -   2 s │███▌                                                      2  2.0%
          2 -   5 s │██████████████                                            8  8.0%
          5 -  10 s │████████████████████████▌                                14 14.0%
         10 -  20 s │█████████████████████████████████████████████▌           26 26.0%
         20 -  50 s │████████████████████████████████████████████████████████ 32 32.0%
         50 - 100 s │█████████████████████                                    12 12.0%
        100 - 200 s │███████                                                   4  4.0%
        200 - 500 s │███▌                                                      2  2.0%

      Total duration (E2E), 100 requests, log scale:
           5 -    7 s │██████▊                                                 2  2.0%
           7 -   10 s │                                                        0    0%
          10 -   15 s │██████▊                                                 2  2.0%
          15 -   20 s │█████████████▌                                          4  4.0%
          20 -   30 s │████████████████████▎                                   6  6.0%
          30 -   50 s │███████████████████████████████████████████████▎       14 14.0%
          50 -   70 s │████████████████████████████████████████▌              12 12.0%
          70 -  100 s │███████████████████████████████████████████████▎       14 14.0%
         100 -  150 s │██████████████████████████████████████████████████████ 16 16.0%
         150 -  200 s │█████████████████████████████████▊                     10 10.0%
         200 -  300 s │███████████████████████████                             8  8.0%
         300 -  500 s │████████████████████▎                                   6  6.0%
         500 -  700 s │██████▊                                                 2  2.0%
         700 - 1000 s │██████▊                                                 2  2.0%
        1000 - 1500 s │██████▊                                                 2  2.0%

      By group (s):
      ┌─────────────────────────┬──────┬────────┬──────────────┬─────────────┬───────┐
      │ Group                   │ Sent │ Failed │ TTFT p50/p99 │ E2E p50/p99 │ Tok/s │
      ├─────────────────────────┼──────┼────────┼──────────────┼─────────────┼───────┤
      │ gpt-4o-mini · eu-west   │ 1.1M │   100k │  19.5/~315.1 │  87.9/~1418 │ 12321 │
      │ a-model-wit…t · us-east │ 1.1M │   100k │  19.5/~315.1 │  87.9/~1418 │ 12321 │
      └─────────────────────────┴──────┴────────┴──────────────┴─────────────┴───────┘

      Token usage (partly estimated: characters / 4):
        Prompt: unknown | Completion: 24,691,356 tokens | Total: unknown

      Throughput:
        0 requests/s | 0 output tokens/s

      Tier: poor (TTFT p50 19.5s: poor, 12321 tok/s p50: excellent)

      Success rate: 81.0% (2,000,000/2,469,134)
        2,469,134 scheduled = 2,000,000 completed + 200,000 failed + 269,128 dropped +
        6 lost + 0 cancelled

      Errors: 200,000 requests failed (9.1% of those answered)
        first_token_timeout  200,000  [2Jno content after 60s

      Thresholds:
        ✗ ttft: p(95) < 800ms  99000 ms, stopped the run

      Validity: INVALID. The numbers are not the server's alone: do not use them.
        - The load generator itself ran late: it started one request in 100 more than
          8000 ms after its planned start (limit 3910 ms). Lower the load, add
          workers, or free the machine's CPU.
        - 6 of 2,469,134 requests (0.000243%) are lost: whoever sent them stopped
          before the outcome was known (limit 0%). Find out what ended it.
        - 269,128 of 2,469,134 arrivals (10.9%) were dropped because max_in_flight was
          reached (limit 1%): this rate is above the server's capacity; the
          percentiles depend on how long you ran. Lower the rate until this reason is
          gone.
        Generator: p99: late by 8000 ms, time stamps late by at most 0.312 ms | CPU:
                   12.0%

      Notes:
        - The provider gave no token counts for 100 of 2,000,000 completed requests:
          their output tokens are estimated (characters / 4), and figures per token
          with them.
        - 100 completed requests are too few for the tail: p95 needs 130, p99 needs
          662, p99.9 needs 6,636. Such percentiles are marked ~ in tables.

      Verdict: ABORTED. A threshold with abort_on_fail stopped the run early.
      "
    `);
  });

  it('lets no control character of a server reach the terminal', () => {
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(textReport(large, plain)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F]/);
  });
});

describe.each([80, 100, 120])('at %d columns', (width) => {
  it('no line is wider, none ends in a space', () => {
    for (const line of textReport(large, { width, colours: false }).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).toBe(line.trimEnd());
    }
  });
});
