import { TokenstormError } from '@tokenstorm/core';
import type { RunEntry } from '@tokenstorm/transport';

const newestNamed = 3;

/**
 * The run that a name means: its id, the beginning of only one, or `latest`. `entries` are in order, the newest first. Throws
 * `E_USAGE`, naming the latest ones, where it means none or several.
 */
export function chosenRun(entries: readonly RunEntry[], name: string): RunEntry {
  const exact = entries.find(({ runId }) => runId === name);
  if (exact !== undefined) return exact;
  const [latest] = entries;
  if (name === 'latest' && latest !== undefined) return latest;
  const matching = name === '' ? [] : entries.filter(({ runId }) => runId.startsWith(name));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  const ids = (some: readonly RunEntry[]) =>
    some
      .slice(0, newestNamed)
      .map(({ runId }) => runId)
      .join(', ');
  if (matching.length > 1)
    throw new TokenstormError('E_USAGE', `${name} is the beginning of ${matching.length} runs in Redis`, {
      hint: `Give one of them: ${ids(matching)}${matching.length > newestNamed ? ', …' : ''}.`,
    });
  throw new TokenstormError('E_USAGE', `there is no run ${name} in Redis`, {
    hint: entries.length === 0 ? 'There are no runs in it.' : `The latest runs in it: ${ids(entries)}.`,
  });
}
