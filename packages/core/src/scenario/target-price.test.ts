import { describe, expect, it } from 'vitest';
import { readPriceFile } from '../cost/price-file.ts';
import { contextOf } from './__fixtures__/scenarios.ts';
import type { ScenarioContext } from './context.ts';
import { parseScenario } from './parse.ts';

function parsed(provider: string, rest: { workload?: string; context?: Partial<ScenarioContext> } = {}) {
  const { workload = 'prompt: Hi, requests: 1', context = {} } = rest;
  const text = `providers: [{ ${provider} }]\nworkload: { scenarios: [{ name: load, ${workload} }] }`;
  const env = { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', GLM_API_KEY: 'k', ...context.env };
  return parseScenario({ path: 'test.yaml', text }, { ...contextOf(), ...context, env });
}

function priceOf(...words: Parameters<typeof parsed>) {
  return parsed(...words).scenario.targets[0]?.price;
}

const mini = 'name: openai, models: [gpt-4o-mini]';
const prices = readPriceFile(
  'prices.yaml',
  'prices: { openai: { gpt-4o-mini: { input: 5, output: 6 } }, "*": { m: { input: 7, output: 8 } } }',
);

describe('the price of a target', () => {
  it("is the scenario's before a file's before the built-in one", () => {
    const own = `${mini}, pricing: { gpt-4o-mini: { input: 1, output: 2 } }`;
    expect(priceOf(own, { context: { prices } })).toEqual({ input: 1, output: 2 });
    expect(priceOf(mini, { context: { prices } })).toMatchObject({ input: 5, origin: { source: 'file' } });
    expect(priceOf(mini)).toMatchObject({ input: 0.15, origin: { source: 'table' } });
  });

  it("is built in for the vendor's own server only, whatever a provider is called", () => {
    expect(priceOf(`${mini}, base_url: "http://127.0.0.1:8000/v1"`)).toBeUndefined();
    const named = 'name: own, type: openai-compatible, models: [gpt-4o-mini]';
    expect(priceOf(`${named}, base_url: "https://api.openai.com/v1"`)?.input).toBe(0.15);
    expect(priceOf(`${named}, base_url: "http://h"`, { context: { prices } })).toBeUndefined();
  });

  it('follows a reference to where it leads, unless workers elsewhere resolve it', () => {
    const there = { OPENAI_BASE_URL: 'https://proxy.example.org/v1' };
    expect(priceOf(mini, { context: { env: there } })).toBeUndefined();
    const here = { OPENAI_BASE_URL: 'https://api.openai.com/v1' };
    expect(priceOf(mini, { context: { env: here } })?.input).toBe(0.15);
    const over = { env: here, isDistributed: true, checksWorkerEnvironment: false };
    expect(priceOf(mini, { context: over })).toBeUndefined();
  });

  it('is unknown with a warning where the vendor is known and the model is not', () => {
    const { scenario, warnings } = parsed('name: openai, models: [gpt-9]');
    expect(scenario.targets[0]?.price).toBeUndefined();
    expect(warnings.join()).toContain('No price is known for openai/gpt-9: the cost will be unknown.');
    expect(parsed('name: own, type: openai-compatible, base_url: "http://h", models: [m]').warnings).toEqual(
      [],
    );
    // z.ai's coding plan is a subscription.
    expect(priceOf('name: glm, models: [glm-4.6]')).toBeUndefined();
  });
});

describe('a built-in price', () => {
  const sonnet = 'name: anthropic, models: [claude-sonnet-4-5]';

  it('does not hold for more input than it is said for', () => {
    const tokens = (count: number) => ({
      workload: `synthetic: { input_tokens: ${count} }, max_tokens: 1, requests: 1`,
    });
    expect(priceOf(sonnet, tokens(200_000))?.input).toBe(3);
    expect(priceOf(sonnet, tokens(200_001))).toBeUndefined();
    expect(parsed(sonnet, tokens(200_001)).warnings.join()).toContain(
      'The cost of anthropic/claude-sonnet-4-5 is unknown: `load` sends more input than the 200,000 tokens',
    );
  });

  it.each(['service_tier: flex', 'service_tier: priority', 'speed: fast', 'inference_geo: us'])(
    'does not hold for `%s`',
    (part) => {
      expect(
        priceOf(sonnet, { workload: `prompt: Hi, requests: 1, extra_body: { ${part} }` }),
      ).toBeUndefined();
    },
  );

  it('holds for the standard tier by its name, and a price of ones own for any', () => {
    const tier = (name: string) => ({
      workload: `prompt: Hi, requests: 1, extra_body: { service_tier: ${name} }`,
    });
    expect(priceOf(mini, tier('default'))?.input).toBe(0.15);
    expect(priceOf(mini, { ...tier('flex'), context: { prices } })?.input).toBe(5);
  });
});
