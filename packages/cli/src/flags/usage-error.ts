import { TokenstormError } from '@tokenstorm/core';

/** One `E_USAGE` error that lists all problems found with a command line; `hint` is for the single ones that need it. */
export function usageError(problems: readonly string[], hint?: string): TokenstormError {
  const message =
    problems.length === 1
      ? String(problems[0])
      : `${problems.length} problems with the command line:\n${problems.map((text) => `  - ${text}`).join('\n')}`;
  return new TokenstormError('E_USAGE', message, hint === undefined ? {} : { hint });
}
