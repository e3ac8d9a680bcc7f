import { TokenstormError } from '@tokenstorm/core';
import type { Environment } from '@tokenstorm/core';
import { storedRuns } from '../run/snapshot-store.ts';
import { withExistingHistory } from './open-history.ts';
import type { KeptReport, RunHistory } from './run-history.ts';

/** What is known on this machine by the time a name is looked up. */
export interface KnownRuns {
  /** Ids, the newest first. */
  readonly ids: readonly string[];
  /** The run that got a tag last. */
  readonly tagged: (tag: string) => string | undefined;
}

const shown = 3;

/**
 * The id that a name means among the runs of this machine: an id, `latest`, a tag (`@baseline`, or `baseline` where nothing else is
 * called so), or the beginning of only one id. Undefined where it means none; throws `E_USAGE` where it means several.
 */
export function resolveRun(name: string, { ids, tagged }: KnownRuns): string | undefined {
  if (name.startsWith('@')) return tagged(name.slice(1));
  if (ids.includes(name)) return name;
  if (name === 'latest') return ids[0];
  const byTag = tagged(name);
  if (byTag !== undefined) return byTag;
  const matching = name === '' ? [] : ids.filter((id) => id.startsWith(name));
  if (matching.length <= 1) return matching[0];
  const some = matching.slice(0, shown).join(', ');
  throw new TokenstormError('E_USAGE', `${name} is the beginning of ${matching.length} runs`, {
    hint: `Give one of them: ${some}${matching.length > shown ? ', …' : ''}.`,
  });
}

/** A run of this machine that a name means; its report is there where the history has it. */
export interface ResolvedRun {
  readonly id: string;
  readonly kept?: KeptReport;
}

/**
 * The same as `resolveRun`, among the runs in the history and those whose snapshots are kept. A history that is of no use counts only
 * where the snapshots do not have the run.
 */
export async function resolveLocalRun(
  name: string,
  environment: Environment,
): Promise<ResolvedRun | undefined> {
  const stored = await storedRuns(environment);
  try {
    const found = await withExistingHistory(environment, (history) => resolveIn(history, name, stored));
    if (found !== undefined) return found.run;
  } catch (error) {
    if (!stored.includes(name)) throw error;
  }
  const id = resolveRun(name, { ids: stored, tagged: () => undefined });
  return id === undefined ? undefined : { id };
}

function resolveIn(
  history: RunHistory,
  name: string,
  stored: readonly string[],
): { readonly run: ResolvedRun | undefined } {
  const id = resolveRun(name, knownRuns(history, stored));
  if (id === undefined) return { run: undefined };
  const kept = history.report(id);
  return { run: { id, ...(kept !== undefined && { kept }) } };
}

/** What runs of this machine may be called: their ids, the newest first, and their tags. */
export async function localNames(
  environment: Environment,
): Promise<{ readonly ids: readonly string[]; readonly tags: readonly string[] }> {
  const stored = await storedRuns(environment);
  const names = await withExistingHistory(environment, (history) => ({
    ids: knownRuns(history, stored).ids,
    tags: [...new Set(history.list().flatMap(({ tags }) => tags))].toSorted(),
  }));
  return names ?? { ids: stored, tags: [] };
}

/** The runs of this machine by all their names. Ids begin with the time, so that they are in its order. */
export function knownRuns(history: RunHistory, stored: readonly string[]): KnownRuns {
  const ids = new Set([...history.list().map(({ id }) => id), ...stored]);
  return { ids: [...ids].toSorted().toReversed(), tagged: (tag) => history.tagged(tag) };
}
