import { TokenstormError } from '@tokenstorm/core';
import type { Scenario } from '@tokenstorm/core';
import type { CompareOptions } from '../flags/read-compare-options.ts';

/** Throws `E_USAGE` where a comparison of these targets cannot be made, before anything is sent. */
export function checkComparable({ targets, exports }: Scenario, { sequential }: CompareOptions): void {
  const [only] = targets;
  if (targets.length < 2) {
    throw new TokenstormError('E_USAGE', `nothing to compare: ${only?.key ?? 'nothing'} is the only target`, {
      hint: 'give the scenario more providers or models, or measure one with tokenstorm profile',
    });
  }
  const shared = exports.find(({ path }) => !path.includes('{run}'));
  if (sequential && shared !== undefined) {
    throw new TokenstormError('E_USAGE', `--sequential: all runs would write to ${shared.path}`, {
      hint: 'put {run} into its path: each run has its own',
    });
  }
}
