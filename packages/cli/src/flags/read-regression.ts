import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isPath } from '../run/is-path.ts';
import type { FlagValues } from './flag-values.ts';
import { defined } from './defined.ts';
import { splitPair } from './key-value.ts';
import type { ScenarioFlags } from './run-options.ts';

/** What the run is compared with, and how much worse it may be, from the flags. What the limits mean is for the scenario to say. */
export function readRegressionFlags(
  values: FlagValues,
): Pick<ScenarioFlags, 'baselines' | 'regressionLimits'> {
  const isOff = values.switchValue('--no-baseline') === false;
  const baselines = values.all('--baseline');
  if (isOff && values.isGiven('--regression-limit'))
    values.problem('--no-baseline and --regression-limit: choose one');
  const limits = readLimits(values, '--regression-limit');
  return defined({
    baselines: isOff ? (false as const) : baselines.length === 0 ? undefined : baselines.map(fromHere),
    regressionLimits: limits.length === 0 ? undefined : Object.fromEntries(limits),
  });
}

/** Figures with their limits as they are written: `ttft.p95=10%`. */
export function readLimits(
  values: FlagValues,
  name: '--regression-limit' | '--limit',
): readonly (readonly [string, string])[] {
  const seen = new Set<string>();
  return values.all(name).flatMap((text) => {
    const pair = splitPair(text, '=');
    if (pair === undefined || pair[1] === '') {
      values.problem(`${name} ${text}: expected figure=limit, such as ttft.p95=10%`);
      return [];
    }
    if (seen.has(pair[0])) values.problem(`${name}: ${pair[0]} has two limits`);
    seen.add(pair[0]);
    return [pair];
  });
}

/** A file's path starts from here, and not from the folder of the scenario; what is no file is the name of a run. */
function fromHere(name: string): string {
  return existsSync(name) || isPath(name) ? resolve(name) : name;
}
