import { costDefinition, counterDefinitions, ratioDefinitions, trendDefinitions } from '@tokenstorm/core';

interface Row {
  readonly name: string;
  readonly unit: string;
  readonly title: string;
  readonly formula: string;
  readonly meaning: string;
}

const introduction = `# Metrics

This file is written from the table in \`packages/core/src/metrics/\` by \`node --conditions=source test/support/write-metrics-doc.ts\`; a test fails when it is out of date.

## Clock and terms

All times come from one monotonic clock. An event has the time of the socket read that completed it, taken before any parsing; events of one read share it.

| term | meaning |
| --- | --- |
| \`t_sched\` | intended start by the arrival plan; in a closed loop the hand-over by the virtual user |
| \`t_handover\` | the pacer hands the request over: \`t_ask[0]\` |
| \`t_slot[k]\` | attempt k has a slot under \`max_concurrency\` |
| \`t_admit\` | the last permit was due (not: was noticed) |
| \`t_ask[k]\`, \`t_end[k]\` | attempt k asks for admission; it is over, whether it succeeded or failed |
| \`t_start[k]\` | attempt k begins, before a connection is acquired; without index the attempt that succeeded |
| \`t_connect\`, \`t_resolved\`, \`t_connected\`, \`t_secured\` | a fresh connection is begun, its host name resolved, TCP connected, TLS done |
| \`t_byte\` | first byte of the response body |
| \`t_first\`, \`t_last\` | first and last content of any channel: at least one character of answer, reasoning, refusal or tool call. Empty and role-only events, usage, pings and end marks are no content |
| \`t_answer\` | first content of the answer: text, refusal or tool call |
| \`t_end\` | end of the stream, or of the body |
| gap | time between two consecutive arrivals of content |
| N | output tokens: as the provider counts them, else as a tokenizer does, else characters / 4; the report says which |
| n1 | tokens that came with the first stamp; 1 where nobody says |

Failed and cancelled requests have no latency; they are counted beside. A response that was not streamed has no time of a single token: only \`ttfb\`, \`e2e\` with its variants, and the connection times.

Percentiles come from histograms with 3 significant digits (HdrHistogram's layout, 1 us to 1 h; within 0.1 % or 0.5 us) and merge exactly between workers. The value at percentile p is the one of rank ceil(p / 100 x count). Count, minimum, maximum, mean and standard deviation (over n) are exact.
`;

const trendIntroduction = `## Distributions

In thresholds: \`p(N)\`, \`med\`, \`avg\` (or \`mean\`), \`min\`, \`max\`, \`count\`, as in \`ttft: ["p(95) < 800ms"]\`.
`;

const ratioIntroduction = `## Ratios

Every scheduled request ends in exactly one way: scheduled = completed + failed + dropped + lost + cancelled. In thresholds: \`rate\`, as in \`errors: ["rate < 1%"]\`.
`;

const counterIntroduction = `## Counters

Sums over requests. In thresholds: \`count\` and \`rate\` (per second), as in \`requests: ["rate > 10"]\`.
`;

const costIntroduction = `## Cost

In thresholds: \`count\` and \`rate\` (per second) in US dollars, as in \`cost_usd: ["count < 5"]\`. Prices: [limits.md](limits.md#prices).
`;

const thresholdRules = `## Thresholds

A threshold may select requests by provider, model, scenario and region: \`"ttft{provider:openai,model:gpt-4o}"\`. Warm-up requests are left out. Operators: \`<\` \`<=\` \`>\` \`>=\` \`==\` \`!=\`. Times are \`800ms\`, \`2s\`, \`500us\`, \`1m30s\` or a plain number of ms; shares are \`1%\` or \`0.01\`. Without data a threshold fails and its measured value is \`null\`: no value of the distribution, nothing that the ratio is a share of, no request with these tags.
`;

/** The text of docs/metrics.md: every row of the table of metrics, with the terms its formulas use. */
export function metricsDocument(): string {
  return [
    introduction,
    trendIntroduction,
    table(trendDefinitions),
    ratioIntroduction,
    table(ratioDefinitions),
    counterIntroduction,
    table(counterDefinitions),
    costIntroduction,
    table([costDefinition]),
    thresholdRules,
  ].join('\n');
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, unit, title, formula, meaning }) =>
      `| \`${name}\` | ${unit} | ${title}: \`${formula}\` | ${meaning} |`,
  );
  return ['| name | unit | definition | meaning |', '| --- | --- | --- | --- |', ...lines, ''].join('\n');
}
