import type { Environment } from '@tokenstorm/core';
import type { PruneOptions } from '../flags/history-options.ts';
import { numbered } from '../view/number-text.ts';
import { chosenRuns } from './chosen-runs.ts';
import { deleteRuns } from './delete-runs.ts';
import type { RunHistory, TaggedRun } from './run-history.ts';

const listed = 20;

/** Deletes old runs, or says which ones would go. Returns what is to be said. */
export async function pruneHistory(
  history: RunHistory,
  options: PruneOptions,
  { environment, nowEpochMs }: { readonly environment: Environment; readonly nowEpochMs: number },
): Promise<string> {
  const going = prunedRuns(history.list(), options, nowEpochMs);
  if (going.length === 0) return 'No run is to go.';
  const ids = going.map(({ id }) => id);
  if (!options.dryRun) await deleteRuns(history, ids, { environment, nowEpochMs });
  const lines = going.slice(0, listed).map(({ id, name }) => `  ${id}  ${name}`);
  const others = going.length - lines.length;
  return [
    `${options.dryRun ? 'Would delete' : 'Deleted'} ${numbered(going.length, 'run')}:`,
    ...lines,
    ...(others === 0 ? [] : [`  … and ${others} older`]),
  ].join('\n');
}

/** The runs that go, of all, the newest first. A tagged run stays and does not count among those that are kept, unless `tagged` ones go too. */
export function prunedRuns(
  runs: readonly TaggedRun[],
  { keep = 0, olderThanMs = 0, name, tagged }: PruneOptions,
  nowEpochMs: number,
): readonly TaggedRun[] {
  const ofName = chosenRuns(runs, name === undefined ? {} : { name }, nowEpochMs);
  const mayGo = ofName.filter(({ tags }) => tagged || tags.length === 0);
  return mayGo
    .slice(keep)
    .filter(({ started_at: startedAt }) => nowEpochMs - Date.parse(startedAt) >= olderThanMs);
}
