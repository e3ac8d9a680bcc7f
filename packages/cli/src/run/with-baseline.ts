import { existsSync } from 'node:fs';
import { TokenstormError, baselineRun } from '@tokenstorm/core';
import type { Environment, ParsedScenario } from '@tokenstorm/core';
import { isPath } from './is-path.ts';
import { readSide } from './read-side.ts';
import type { ReadRun } from './read-side.ts';

/**
 * The scenario with the baseline that its `regression` names, read before anything is sent. Rejects with `E_FILE` where there is none,
 * and where its numbers are worth nothing.
 */
export async function withBaseline(
  parsed: ParsedScenario,
  environment: Environment,
  redisUrl?: string,
): Promise<ParsedScenario> {
  const { regression, execution } = parsed.scenario;
  if (regression === undefined) return parsed;
  const names = regression.paths.map((path, index) =>
    existsSync(path) || isPath(path) ? path : regression.baselines[index]!,
  );
  const read = await readBaseline(names, environment, redisUrl);
  if (execution.onInvalid === 'fail') refuseInvalid(read);
  const figures = regression.limits.map(({ metric }) => metric);
  const runs = read.map(({ report }) => baselineRun(report, figures));
  return { ...parsed, scenario: { ...parsed.scenario, regression: { ...regression, runs } } };
}

async function readBaseline(
  names: readonly string[],
  environment: Environment,
  redisUrl: string | undefined,
): Promise<readonly ReadRun[]> {
  try {
    return await readSide(names, environment, redisUrl);
  } catch (cause) {
    if (!(cause instanceof TokenstormError)) throw cause;
    const hint = hintFor(names, cause);
    throw new TokenstormError('E_FILE', `the baseline cannot be read: ${cause.message}`, { hint, cause });
  }
}

/** A file can be made; of a tag or an id the search knows what there is. */
function hintFor(names: readonly string[], { hint }: TokenstormError): string {
  return names.every(isPath) || hint === undefined
    ? 'make one with a run that is not compared: tokenstorm run FILE --no-baseline --export json=base.json'
    : `${hint} --no-baseline compares with nothing.`;
}

function refuseInvalid(runs: readonly ReadRun[]): void {
  const invalid = runs.filter(({ report }) => report.validity.level === 'invalid');
  if (invalid.length === 0) return;
  const reasons = invalid.map(({ source, report }) => `${source}: ${report.validity.reasons[0]?.detail}`);
  throw new TokenstormError(
    'E_FILE',
    `the baseline is an invalid measurement, nothing can be held to it: ${reasons.join('; ')}`,
    { hint: 'make a new one, or compare all the same with --allow-invalid' },
  );
}
