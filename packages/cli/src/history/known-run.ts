import { TokenstormError } from '@tokenstorm/core';
import type { Environment } from '@tokenstorm/core';
import { storedRuns } from '../run/snapshot-store.ts';
import { knownRuns, resolveRun } from './resolve-run.ts';
import type { RunHistory } from './run-history.ts';

const shown = 3;

/** The id of the run that a name means (see `resolveRun`). Throws `E_USAGE` where it means none. */
export async function knownRun(history: RunHistory, name: string, environment: Environment): Promise<string> {
  const known = knownRuns(history, await storedRuns(environment));
  const id = resolveRun(name, known);
  if (id !== undefined) return id;
  const some = known.ids.slice(0, shown).join(', ');
  throw new TokenstormError('E_USAGE', `there is no run ${name} on this machine`, {
    hint: some === '' ? 'There are none yet.' : `The latest runs: ${some}. tokenstorm runs lists them.`,
  });
}
