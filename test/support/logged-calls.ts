import { readFile, readdir } from 'node:fs/promises';
import { until } from './fleet.ts';

/** One request as the snapshot log has it; times in ms. */
export interface LoggedCall {
  readonly labels: { readonly region: string; readonly scenario: string };
  readonly outcome: string;
  readonly ttftMs: number;
  readonly e2eMs: number;
}

interface LoggedLine {
  readonly snapshot?: { readonly calls: readonly LoggedCall[] };
  readonly end?: object;
}

/**
 * The single requests in the snapshot log that an aggregator with this home has kept of a run, once it is complete. It has all
 * of them where no part of the load has more than 5 in a second.
 */
export async function loggedCalls(home: string, runId: string): Promise<readonly LoggedCall[]> {
  let lines: readonly LoggedLine[] = [];
  await until('the snapshot log', async () => {
    lines = await logOf(home, runId);
    return lines.some(({ end }) => end !== undefined);
  });
  return lines.flatMap(({ snapshot }) => snapshot?.calls ?? []);
}

async function logOf(home: string, runId: string): Promise<readonly LoggedLine[]> {
  const names = await readdir(`${home}/runs`);
  const name = names.find(
    (candidate) => candidate.startsWith(runId) && candidate.endsWith('.snapshots.jsonl'),
  );
  if (name === undefined) return [];
  const text = await readFile(`${home}/runs/${name}`, 'utf8');
  // What follows the last end of a line is still being written.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LoggedLine);
}
