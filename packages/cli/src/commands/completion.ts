import { didYouMean, exitCodes } from '@tokenstorm/core';
import { completionScripts } from '../completion/scripts.ts';
import { shells } from '../completion/shells.ts';
import { usageError } from '../flags/usage-error.ts';

/** `tokenstorm completion`: the script for a shell. Returns the exit code. */
export async function completionCommand(name: string): Promise<number> {
  const shell = shells.find((known) => known === name.toLowerCase());
  if (shell === undefined)
    throw usageError(
      [`tokenstorm completion ${name}: there is no script for this shell`],
      didYouMean(name, shells),
    );
  process.stdout.write(completionScripts[shell]);
  return exitCodes.passed;
}
