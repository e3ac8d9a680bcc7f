import { parseScenario } from '@tokenstorm/core';
import type { Scenario } from '@tokenstorm/core';

/** The scenario of this document, with one target at the base URL where it names no providers. */
export function scenarioOf(
  document: Readonly<Record<string, unknown>>,
  baseUrl = 'http://127.0.0.1:1/v1',
): Scenario {
  const providers = [{ name: 'own', type: 'openai-compatible', base_url: baseUrl, models: ['m'] }];
  const text = JSON.stringify({ name: 'test', providers, ...document });
  const context = {
    env: {},
    readText: () => {
      throw new Error('no file is read here');
    },
    hash: (content: string) => content,
  };
  return parseScenario({ path: 'test.yaml', text }, context).scenario;
}

/** A scenario of these workloads, each with a prompt. */
export function workloadsOf(...scenarios: readonly Readonly<Record<string, unknown>>[]) {
  return {
    workload: { scenarios: scenarios.map((one, index) => ({ name: `w${index}`, prompt: 'Hi', ...one })) },
  };
}
