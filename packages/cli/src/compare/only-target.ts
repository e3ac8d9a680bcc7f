import { TokenstormError, parseThreshold } from '@tokenstorm/core';
import type { ParsedScenario, RunBudget, Target, ThresholdSource } from '@tokenstorm/core';

/** The same scenario with one of its targets alone, and with what is left of the budget. */
export function onlyTarget(
  { scenario, ...rest }: ParsedScenario,
  key: string,
  budget: RunBudget | undefined,
): ParsedScenario {
  // A baseline is of all targets together.
  const { budget: _budget, regression: _regression, ...others } = scenario;
  const targets = scenario.targets.filter((target) => target.key === key);
  const [target] = targets;
  if (target === undefined) throw new TokenstormError('E_INTERNAL', `there is no target ${key}`);
  const workloads = scenario.workloads
    .filter((workload) => workload.targets.includes(key))
    .map((workload) => ({ ...workload, targets: [key] }));
  return {
    ...rest,
    scenario: {
      ...others,
      targets,
      workloads,
      limits: scenario.limits.filter(({ provider }) => provider === target.provider),
      thresholds: scenario.thresholds.filter((threshold) => isAbout(threshold, target, workloads)),
      ...(budget !== undefined && { budget }),
    },
  };
}

/** A threshold of other targets has no data in this one's run, which would fail it. */
function isAbout(
  { metric, expression }: ThresholdSource,
  { provider, model }: Target,
  workloads: readonly { readonly name: string }[],
): boolean {
  const { tags } = parseThreshold(metric, expression);
  return (
    (tags.provider ?? provider) === provider &&
    (tags.model ?? model) === model &&
    (tags.scenario === undefined || workloads.some(({ name }) => name === tags.scenario))
  );
}
