import { TokenstormError } from '@tokenstorm/core';
import type { Environment } from '@tokenstorm/core';
import type { RunsOptions } from '../flags/history-options.ts';
import { deleteRuns } from './delete-runs.ts';
import { knownRun } from './known-run.ts';
import type { RunHistory } from './run-history.ts';

type Change = Extract<RunsOptions, { readonly run: string }>;

/** Tags, untags or deletes a run. Returns what is to be said of it. */
export async function changeRun(
  history: RunHistory,
  change: Change,
  { environment, nowEpochMs }: { readonly environment: Environment; readonly nowEpochMs: number },
): Promise<string> {
  const id = await knownRun(history, change.run, environment);
  if (change.action === 'delete') {
    await deleteRuns(history, [id], { environment, nowEpochMs });
    return `Deleted ${id}.`;
  }
  if (change.action === 'tag') {
    if (history.report(id) === undefined) throw notEnded(id);
    history.tag(id, change.tags, nowEpochMs);
    return `${id} is tagged ${change.tags.join(', ')}.`;
  }
  const taken = history.untag(id, change.tags);
  const missing = change.tags.filter((tag) => !taken.includes(tag));
  if (missing.length > 0)
    throw new TokenstormError('E_USAGE', `${id} has no tag ${missing.join(', ')}`, {
      hint: 'tokenstorm runs lists the tags of each run',
    });
  return `${id} is not tagged ${taken.join(', ')} any more.`;
}

/** Its snapshots are all that there is. */
function notEnded(id: string): TokenstormError {
  return new TokenstormError('E_USAGE', `run ${id} is not in the history: it did not come to its end`, {
    hint: `tokenstorm report ${id} shows what it measured.`,
  });
}
