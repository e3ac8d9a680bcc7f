import type { ParsedScenario } from '@tokenstorm/core';
import { flagKey } from './flag.ts';
import { profileIterations } from './profile-flags.ts';
import { readRunOptions } from './read-run-options.ts';
import type { RunOptions } from './run-options.ts';
import { usageError } from './usage-error.ts';

type Parsed = Readonly<Record<string, unknown>>;

/** The run that `tokenstorm profile` is, from what commander parsed. Throws `E_USAGE` as `readRunOptions`, and where there is not one model. */
export function readProfileOptions(parsed: Parsed): RunOptions {
  const isLong = [flagKey('--request-count'), flagKey('--duration')].some((key) => parsed[key] !== undefined);
  const length = isLong ? {} : { [flagKey('--request-count')]: [String(profileIterations)] };
  const options = readRunOptions(undefined, { ...parsed, ...length });
  const { models } = options.scenario;
  if (models.length === 0)
    throw usageError(['--model is missing'], 'such as --provider openai --model gpt-4o-mini');
  if (models.length > 1) {
    const hint = `tokenstorm compare --models ${models.join(',')} measures several and puts them side by side`;
    throw usageError(['--model: a profile is of one model'], hint);
  }
  return { ...options, adjust: named('profile') };
}

/** Gives the run of a command the command's name. */
function named(name: string): (parsed: ParsedScenario) => ParsedScenario {
  return (parsed) => ({ ...parsed, scenario: { ...parsed.scenario, name } });
}
