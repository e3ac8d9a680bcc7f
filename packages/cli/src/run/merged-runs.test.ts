import { describe, expect, it } from 'vitest';
import { mergedPlan } from './merged-runs.ts';
import { planRun } from './plan.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';

function planWith(pricing: object | undefined, budget?: object) {
  const server = { type: 'openai-compatible', base_url: 'http://h' };
  const own = { ...server, name: 'own', models: ['m'], ...(pricing !== undefined && { pricing }) };
  const providers = [own, { ...server, name: 'other', models: ['n'] }];
  const rest = budget === undefined ? {} : { budget };
  return planRun(scenarioOf({ ...workloadsOf({ requests: 5, max_tokens: 10 }), providers, ...rest }));
}

const cheap = { m: { input: 1, output: 2 } };
const dear = { m: { input: 1, output: 3 } };

describe('the plan of several runs', () => {
  it('keeps prices on which they agree', () => {
    const { targets } = mergedPlan([planWith(cheap), planWith(cheap)]).scenario;
    expect(targets.map(({ key, price }) => [key, price])).toEqual([
      ['own/m', cheap.m],
      ['other/n', undefined],
    ]);
  });

  it.each([[dear], [undefined]])('knows no price where one of them has %j', (pricing) => {
    const { targets } = mergedPlan([planWith(cheap), planWith(pricing)]).scenario;
    expect(targets[0]).not.toHaveProperty('price');
  });

  it('takes equal prices for one, whenever they were read', () => {
    const [old, fresh] = ['2026-01-01', '2026-11-01'].map((date) => {
      const plan = planWith(cheap);
      const origin = { source: 'file', date } as const;
      const targets = plan.scenario.targets.map((target) => ({ ...target, price: { ...cheap.m, origin } }));
      return { ...plan, scenario: { ...plan.scenario, targets } };
    });
    expect(mergedPlan([old!, fresh!]).scenario.targets[0]?.price).toMatchObject(cheap.m);
  });

  it('scores what all of them aimed at', () => {
    const aimed = (totalMs: number) => {
      const plan = planWith(cheap);
      return { ...plan, scenario: { ...plan.scenario, scoreTargets: { totalMs } } };
    };
    expect(mergedPlan([aimed(5000), aimed(5000)]).scenario.scoreTargets).toEqual({ totalMs: 5000 });
    expect(mergedPlan([aimed(5000), aimed(2000)]).scenario).not.toHaveProperty('scoreTargets');
    expect(mergedPlan([aimed(5000), planWith(cheap)]).scenario).not.toHaveProperty('scoreTargets');
  });

  it('has a budget only where it is one run', () => {
    const plan = planWith(cheap, { tokens: 5000 });
    expect(mergedPlan([plan]).scenario.budget).toEqual({ tokens: 5000, onExhausted: 'drain' });
    expect(mergedPlan([plan, plan]).scenario).not.toHaveProperty('budget');
  });
});
