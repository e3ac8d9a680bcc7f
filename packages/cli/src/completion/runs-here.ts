import type { Environment } from '@tokenstorm/core';
import type { Candidate } from './candidates.ts';

const most = 50;

/** Runs of this machine by what they may be called, the newest first; none where they cannot be read. */
export async function runsHere(environment: Environment): Promise<{
  readonly runs: readonly Candidate[];
  readonly tags: readonly Candidate[];
  readonly names: readonly Candidate[];
}> {
  try {
    const { withExistingHistory } = await import('../history/open-history.ts');
    const all = (await withExistingHistory(environment, (history) => history.list())) ?? [];
    const runs = all
      .slice(0, most)
      .map(({ id, name, verdict }) => ({ value: id, text: `${name}, ${verdict}` }));
    const tags = new Set(all.flatMap((run) => run.tags));
    const names = new Set(all.map(({ name }) => name));
    return { runs, tags: listed(tags, 'tag'), names: listed(names, 'name of runs') };
  } catch {
    // Whoever presses the tab key cannot read a message.
    return { runs: [], tags: [], names: [] };
  }
}

function listed(values: ReadonlySet<string>, text: string): readonly Candidate[] {
  return [...values].map((value) => ({ value, text }));
}
