import { describe, expect, it } from 'vitest';
import { parseText, problemLines } from './__fixtures__/scenarios.ts';

const prices = 'pricing: { m: { input: 100, output: 400 }, n: { input: 1, output: 2 } }';

/** Two models of one provider, the lines of a budget, and a workload of requests of 10 input and up to 100 output tokens. */
function scenario(budget: string, { pricing = prices, workload = 'requests: 1000', rest = '' } = {}): string {
  return `providers:
  - name: own
    type: openai-compatible
    base_url: http://h
    models: [m, n]
    ${pricing}
budget: ${budget}
workload:
  scenarios: [{ name: load, prompt: ${'x'.repeat(40)}, max_tokens: 100, ${workload} }]
${rest}`;
}

describe('a budget in a scenario', () => {
  it('has the dimensions that the file gives, and lets what is under way finish by default', () => {
    expect(parseText(scenario('{ usd: 5, tokens: 200000 }')).scenario.budget).toEqual({
      usd: 5,
      tokens: 200_000,
      onExhausted: 'drain',
    });
    const { budget } = parseText(scenario('{ requests: 20, on_exhausted: stop }', { pricing: '' })).scenario;
    expect(budget).toEqual({ requests: 20, onExhausted: 'stop' });
  });

  it('needs the price of each model that may be sent to', () => {
    expect(
      problemLines(scenario('{ usd: 5 }', { pricing: 'pricing: { n: { input: 1, output: 2 } }' })),
    ).toEqual([
      '5:14 `budget.usd` counts what `m` costs, and its price is not known (add the model\'s prices to the provider `own`, in USD per 1,000,000 tokens, such as pricing: { "m": { input: 0.15, output: 0.60 } }, or to a file of --prices)',
    ]);
    expect(problemLines(scenario('{ usd: 5 }', { pricing: '' }))).toHaveLength(2);
  });

  it('needs no price of a model that nothing is sent to', () => {
    const other = `providers:
  - { name: a, type: openai-compatible, base_url: http://h, models: [m], pricing: { m: { input: 1, output: 2 } } }
  - { name: b, type: openai-compatible, base_url: http://h, models: [m] }
budget: { usd: 1 }
workload: { scenarios: [{ name: w, providers: [a], prompt: Hi, requests: 1 }] }
`;
    expect(parseText(other).scenario.budget).toMatchObject({ usd: 1 });
  });

  it.each([
    ['{}', '7:1 `budget` holds no limit (there are usd, tokens, requests)'],
    ['{ on_exhausted: stop }', '7:1 `budget` holds no limit (there are usd, tokens, requests)'],
    ['{ tokens: 2.5 }', '7:19 `tokens` must be a whole number, not a fraction'],
    ['{ requests: 0 }', '7:21 `requests` must be at least 1'],
    ['{ usd: 0 }', '7:16 `usd` must be above 0'],
    [
      '{ usd: 5, dollars: 3 }',
      '7:19 unknown key `dollars` (known here: usd, tokens, requests, on_exhausted)',
    ],
  ])('refuses %s', (budget, problem) => {
    expect(problemLines(scenario(budget))).toEqual([problem]);
  });

  it('must have room for the dearest request', () => {
    // 10 x $0.0001 + 100 x $0.0004
    expect(parseText(scenario('{ usd: 0.041, tokens: 110 }')).scenario.budget).toBeDefined();
    const hint = '(raise the budget, shorten the prompt or lower `max_tokens`)';
    expect(problemLines(scenario('{ usd: 0.0409, tokens: 109 }'))).toEqual([
      `7:16 one request of \`load\` to own/m sets aside about 10 input tokens and up to 100 output tokens, $0.041 in all, which \`usd\` $0.0409 has no room for ${hint}`,
      `7:32 one request of \`load\` to own/m sets aside about 10 input tokens and up to 100 output tokens, which \`tokens\` 109 has no room for ${hint}`,
    ]);
  });

  it('must have room for the output that is assumed of requests without a limit', () => {
    const text = scenario('{ tokens: 1033 }').replace('max_tokens: 100, ', '');
    expect(problemLines(text)[0]).toMatch(
      /about 10 input tokens and 1,024 output tokens \(assumed: it has no `max_tokens`\), which `tokens` 1,033/,
    );
    expect(() => problemLines(text.replace('1033', '1034'))).toThrow('accepted');
  });
});

describe('prices in a scenario', () => {
  it('are those of the model', () => {
    const pricing =
      'pricing: { m: { input: 3, output: 15, cached_input: 0.3, cache_write: 3.75, reasoning: 20 } }';
    const { targets } = parseText(scenario('{ requests: 1 }', { pricing })).scenario;
    expect(targets.map(({ price }) => price)).toEqual([
      { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75, reasoning: 20 },
      undefined,
    ]);
  });

  it('have both sides, none below 0, and a model of the provider', () => {
    const pricing = 'pricing: { m: { input: 3 }, n: { input: -1, output: 1 } }';
    expect(problemLines(scenario('{ requests: 1 }', { pricing }))).toEqual([
      '6:16 `output` is missing',
      '6:45 `input` must be at least 0',
    ]);
    const misspelt = 'pricing: { mm: { input: 3, output: 1 } }';
    expect(problemLines(scenario('{ requests: 1 }', { pricing: misspelt }))).toEqual([
      "6:16 `pricing` names `mm`, which is not one of the provider's models (did you mean `m`?)",
    ]);
  });

  it('are needed by a threshold on the cost of the model', () => {
    const pricing = 'pricing: { m: { input: 3, output: 1 } }';
    const rest = (metric: string) => `thresholds: { "${metric}": ["count < 5"] }`;
    const lines = (metric: string) =>
      problemLines(scenario('{ requests: 1 }', { pricing, rest: rest(metric) }));
    expect(lines('cost_usd')[0]).toMatch(/^5:17 the threshold on `cost_usd` counts what `n` costs/);
    expect(() => lines('cost_usd{model:m}')).toThrow('accepted');
  });
});

describe('what a load will use', () => {
  it('is known from its requests, their prompts and their limits', () => {
    // 1,000 requests to each of two models, 10 and up to 100 tokens
    const { byTarget, ...use } = parseText(scenario('{ usd: 500 }')).use;
    expect(use).toEqual({
      requests: 2000,
      tokens: { least: 20_000, most: 220_000 },
      // 10,000 x 100,000 + 10,000 x 1,000, and 100,000 x 400,000 + 100,000 x 2,000 above it
      nanoUsd: { least: 1_010_000_000, most: 41_210_000_000 },
      // One user for each model, with a request of 110 tokens
      asideByUsers: { tokens: 220, nanoUsd: 41_210_000 },
    });
    expect(byTarget).toEqual([
      {
        target: 'own/m',
        requests: 1000,
        inputTokens: 10_000,
        isInputEstimated: true,
        mostOutputTokens: 100_000,
        nanoUsd: { least: 1_000_000_000, most: 41_000_000_000 },
        price: { input: 100, output: 400 },
      },
      expect.objectContaining({ target: 'own/n', nanoUsd: { least: 10_000_000, most: 210_000_000 } }),
    ]);
  });

  it('counts the requests of the warm-up', () => {
    const rest = 'execution: { warmup_requests: 5 }';
    expect(parseText(scenario('{ requests: 9999 }', { rest })).use.requests).toBe(2010);
    // A target of two workloads is warmed up once.
    const workload = 'requests: 1000 }, { name: more, prompt: Hi, max_tokens: 1, requests: 10';
    expect(parseText(scenario('{ requests: 9999 }', { rest, workload })).use.requests).toBe(2030);
  });

  it('has no upper end where answers have no limit, and is unknown where users send as fast as they can', () => {
    const endless = scenario('{ requests: 9999 }').replace('max_tokens: 100, ', '');
    expect(parseText(endless).use.tokens).toEqual({ least: 20_000 });
    const workload = 'executor: constant-vus, vus: 2, duration: 10s';
    expect(parseText(scenario('{ requests: 9999 }', { workload })).use).toEqual({
      byTarget: [
        { target: 'own/m', price: { input: 100, output: 400 } },
        { target: 'own/n', price: { input: 1, output: 2 } },
      ],
      asideByUsers: { tokens: 440, nanoUsd: 82_420_000 },
    });
  });

  it('is not known in dollars without all prices', () => {
    const pricing = 'pricing: { m: { input: 3, output: 1 } }';
    expect(parseText(scenario('{ requests: 9999 }', { pricing })).use.nanoUsd).toBeUndefined();
  });
});

describe('a load above its budget', () => {
  it('is warned of', () => {
    expect(parseText(scenario('{ usd: 41.2, tokens: 19999, requests: 1999 }')).warnings).toEqual([
      'The load as planned may cost up to $41.21, and the budget is $41.20: the run may end before it.',
      'The load as planned would use 20,000 tokens at least, and the budget is 19,999 tokens: the run will end before it.',
      'The load as planned would send 2,000 requests, and the budget is 1,999 requests: the run will end before it.',
    ]);
  });

  it('is warned of where its users cannot all have a request under way', () => {
    const workload = 'executor: constant-vus, vus: 50, duration: 10s';
    // 50 users x 110 tokens to each of two models
    const wait =
      'The virtual users set aside 11,000 tokens when each has a request under way, and the budget is 10,999 tokens: some of them will wait for the others from the start. A lower `max_tokens` sets less aside.';
    expect(parseText(scenario('{ tokens: 10999 }', { workload })).warnings).toEqual([wait]);
    const rest = 'execution: { max_concurrency: 50 }';
    expect(parseText(scenario('{ tokens: 10999 }', { workload, rest })).warnings).toEqual([]);
    const usd = parseText(scenario('{ usd: 2.06 }', { workload })).warnings;
    expect(usd).toEqual([expect.stringContaining('set aside $2.06 when each')]);
  });

  it('is not warned of where it fits', () => {
    expect(parseText(scenario('{ usd: 41.21, tokens: 220000, requests: 2000 }')).warnings).toEqual([]);
  });

  it('may be one where answers have no limit', () => {
    const text = scenario('{ tokens: 20000 }').replace('max_tokens: 100, ', '');
    expect(parseText(text).warnings).toEqual([
      'The load as planned may use more than 20,000 tokens, and the budget is 20,000 tokens: the run may end before it.',
    ]);
  });
});
