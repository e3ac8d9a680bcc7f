import type { RunChoice } from '../flags/history-options.ts';

/** What a choice looks at. */
interface Choosable {
  readonly name: string;
  readonly tags: readonly string[];
  /** ISO 8601. */
  readonly started_at: string;
}

/** The runs that a choice leaves, in their order. */
export function chosenRuns<T extends Choosable>(
  runs: readonly T[],
  { name, tag, since }: RunChoice,
  nowEpochMs: number,
): readonly T[] {
  const sinceEpochMs = since === undefined ? -Infinity : (since.epochMs ?? nowEpochMs - since.agoMs);
  return runs.filter(
    (run) =>
      (name === undefined || run.name === name) &&
      (tag === undefined || run.tags.includes(tag)) &&
      Date.parse(run.started_at) >= sinceEpochMs,
  );
}
