import { describe, expect, it } from 'vitest';
import { contextOf, parseText, problemLines, withProvider } from './__fixtures__/scenarios.ts';

const own = 'name: own\ntype: openai-compatible\nmodels: [m]\nbase_url: http://h\n';

/** One provider with these limits (on line 6 of the file), and these workloads. */
function withLimits(limits: string, workloads = '{ name: load, prompt: Hi, requests: 1 }'): string {
  return `providers:
  - name: own
    type: openai-compatible
    models: [m]
    base_url: http://h
    limits: ${limits}
workload:
  scenarios: [${workloads}]
`;
}

describe('limits of a provider', () => {
  it('are read with a burst of one second', () => {
    const { scenario } = parseText(withLimits('{ requests_per_minute: 500, tokens_per_minute: 200000 }'));
    expect(scenario.limits).toEqual([
      { provider: 'own', requestsPerMinute: 500, tokensPerMinute: 200_000, burstSeconds: 1 },
    ]);
  });

  it('may stand beside each other, all of them', () => {
    const { scenario } = parseText(
      withLimits(
        '{ tokens_per_minute: 9, input_tokens_per_minute: 8, output_tokens_per_minute: 0.5, burst_seconds: 60 }',
      ),
    );
    expect(scenario.limits).toEqual([
      {
        provider: 'own',
        tokensPerMinute: 9,
        inputTokensPerMinute: 8,
        outputTokensPerMinute: 0.5,
        burstSeconds: 60,
      },
    ]);
  });

  it('are none where a provider has none', () => {
    expect(parseText(withProvider(own)).scenario.limits).toEqual([]);
  });

  it.each([
    ['{}', '6:5 `limits` holds no limit'],
    ['{ burst_seconds: 2 }', '6:5 `limits` holds no limit'],
    ['{ requests_per_minute: 0 }', '6:36 `requests_per_minute` must be above 0'],
    ['{ requests_per_minute: 1, burst_seconds: 61 }', '6:54 `burst_seconds` must be at most 60'],
    [
      '{ request_per_minute: 1 }',
      '6:15 unknown key `request_per_minute` (did you mean `requests_per_minute`?)',
    ],
  ])('%s is refused', (limits, problem) => {
    expect(problemLines(withLimits(limits))[0]).toContain(problem);
  });
});

describe('a request that no minute has room for', () => {
  // 1,200 characters are 300 tokens.
  const prompt = 'x'.repeat(1200);

  it('is refused, with the limit that is too small', () => {
    const load = `{ name: load, prompt: ${prompt}, requests: 1, max_tokens: 500 }`;
    const limits =
      '{ requests_per_minute: 1, tokens_per_minute: 799, input_tokens_per_minute: 300, output_tokens_per_minute: 499 }';
    expect(problemLines(withLimits(limits, load))).toEqual([
      '6:58 a request of `load` takes about 300 input tokens and up to 500 output tokens: `tokens_per_minute` 799 has no room for it in any minute (raise the limit, shorten the prompt or lower `max_tokens`)',
      '6:119 a request of `load` takes up to 500 output tokens: `output_tokens_per_minute` 499 has no room for it in any minute (raise the limit, shorten the prompt or lower `max_tokens`)',
    ]);
  });

  it('passes where it just fits', () => {
    const load = `{ name: load, prompt: ${prompt}, requests: 1, max_tokens: 500 }`;
    expect(parseText(withLimits('{ tokens_per_minute: 800 }', load)).scenario.limits).toHaveLength(1);
  });

  it('is looked for among all workloads, and the largest is named', () => {
    const loads = `{ name: small, prompt: Hi, requests: 1 }, { name: large, prompt: ${prompt}, requests: 1 }`;
    expect(problemLines(withLimits('{ input_tokens_per_minute: 100 }', loads))).toEqual([
      expect.stringContaining(
        'a request of `large` takes about 300 input tokens: `input_tokens_per_minute` 100',
      ),
    ]);
  });

  it('is judged by the largest row of a data set', () => {
    const files = { 'dir/p.jsonl': `{"prompt":"Hi"}\n{"prompt":"${prompt}"}\n` };
    const load = '{ name: load, prompts: { path: p.jsonl }, requests: 1 }';
    const text = withLimits('{ tokens_per_minute: 299 }', load);
    expect(problemLines(text, contextOf({}, files))).toEqual([
      expect.stringContaining('takes about 300 input tokens: `tokens_per_minute` 299'),
    ]);
  });

  it('is not looked for at providers that it is not sent to', () => {
    const text = `providers:
  - { name: own, type: openai-compatible, models: [m], base_url: http://h, limits: { tokens_per_minute: 10 } }
  - { name: other, type: openai-compatible, models: [m], base_url: http://h }
workload:
  scenarios: [{ name: load, providers: [other], prompt: ${prompt}, requests: 1 }]
`;
    expect(parseText(text).scenario.limits).toHaveLength(1);
  });
});
