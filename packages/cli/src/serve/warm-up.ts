import { parseScenario } from '@tokenstorm/core';
import type { RunPlan } from '@tokenstorm/core';
import { planRun } from '../run/plan.ts';
import { rehearse } from '../run/rehearsal.ts';

/** Never connected to: a rehearsal has a server of its own. */
const nowhere = 'http://127.0.0.1:9/v1';

/** The dialects and the kinds of load that most runs are made of. */
const commonScenario = {
  name: 'warm-up',
  providers: [
    { name: 'chat', type: 'openai-compatible', endpoint: 'chat', base_url: nowhere, models: ['m'] },
    { name: 'messages', type: 'anthropic', base_url: nowhere, models: ['m'] },
  ],
  workload: {
    scenarios: [
      {
        name: 'open',
        providers: ['chat'],
        executor: 'constant-arrival-rate',
        rate: 10,
        duration: '1s',
        synthetic: { input_tokens: 100, output_tokens: 20 },
      },
      { name: 'closed', providers: ['messages'], requests: 10, concurrency: 1, prompt: 'Hi' },
    ],
  },
};

/**
 * Rehearses once what workers do, before any run is known: V8 has then compiled what the first measured request needs.
 * Resolves to why it could not be done, where it could not: only the first requests suffer from that.
 */
export async function warmUp(): Promise<readonly string[]> {
  return rehearse(commonPlan(), []);
}

/** An open and a closed loop, of a dialect each. */
export function commonPlan(): RunPlan {
  const source = { path: 'warm-up', text: JSON.stringify(commonScenario) };
  const context = {
    env: {},
    readText: () => '',
    hash: (text: string) => text,
    checksWorkerEnvironment: false,
  };
  return planRun(parseScenario(source, context).scenario);
}
