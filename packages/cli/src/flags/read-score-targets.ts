import { defined } from './defined.ts';
import { parseDurationFlag } from './duration-flag.ts';
import type { FlagValues } from './flag-values.ts';
import type { ScenarioFlags } from './run-options.ts';

/** The target times of timer_score, from the flags. */
export function readScoreTargets(values: FlagValues): Pick<ScenarioFlags, 'scoreTargets'> {
  return {
    scoreTargets: defined({
      first_token: targetOf(values, '--target-first-token'),
      total: targetOf(values, '--target-total'),
    }),
  };
}

function targetOf(values: FlagValues, name: '--target-first-token' | '--target-total'): string | undefined {
  const text = values.text(name);
  if (text === undefined) return undefined;
  return (
    parseDurationFlag(text) ?? values.problem(`${name} ${text}: expected a time above 0, such as 500ms or 5s`)
  );
}
