import { plainVocabulary } from '@tokenstorm/core';
import type { RunPlan } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { planOf } from './__fixtures__/run-setup.ts';
import { workload } from './request/__fixtures__/request-setup.ts';
import { RunPrompts } from './run-prompts.ts';

const prompts = {
  kind: 'synthetic',
  inputTokens: { kind: 'fixed', tokens: 30 },
  sharedPrefixTokens: 0,
} as const;

function planWith(runId = 'run1'): RunPlan {
  const plan = planOf([workload({ name: 'a', prompts }), workload({ name: 'b', prompts })]);
  const target = plan.scenario.targets[0]!;
  return {
    ...plan,
    runId,
    scenario: {
      ...plan.scenario,
      regions: [
        { name: 'eu', weight: 0.5 },
        { name: 'us', weight: 0.5 },
      ],
      targets: [target, { ...target, key: 'own/n', model: 'n' }],
    },
  };
}

/** The texts that every stream of a run writes for these indexes. */
function textsOf(plan: RunPlan): string[] {
  const run = new RunPrompts(plan, new Map(), plainVocabulary);
  return ['a', 'b'].flatMap((name) =>
    ['own/m', 'own/n'].flatMap((targetKey) =>
      ['eu', 'us'].flatMap((region) =>
        [false, true].flatMap((isBeforeStart) => {
          const writer = run.writer({ workload: name, targetKey, region, isBeforeStart });
          return [0, 1, 2].map((index) => writer.prompt(index).messages[0]!.content);
        }),
      ),
    ),
  );
}

describe('RunPrompts', () => {
  it('gives no prompt twice, over workloads, targets, regions, the warm-up before the start, and runs', () => {
    const texts = [...textsOf(planWith()), ...textsOf(planWith('run2'))];
    expect(new Set(texts).size).toBe(2 * 2 * 2 * 2 * 2 * 3);
  });

  it('gives every process the same', () => {
    expect(textsOf(planWith())).toEqual(textsOf(planWith()));
  });
});
