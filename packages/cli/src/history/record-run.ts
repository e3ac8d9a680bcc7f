import { TokenstormError } from '@tokenstorm/core';
import type { Environment, Report } from '@tokenstorm/core';
import { gitCommit } from './git-commit.ts';
import { wantsHistory } from './history-place.ts';
import { withHistory } from './open-history.ts';
import type { Judgement } from './run-history.ts';
import { summaryOf } from './run-summary.ts';

/** Puts a run that has just ended into the history. Where that cannot be done, `warn` is told, and that is all. */
export async function recordRun(
  report: Report,
  judgement: Judgement,
  environment: Environment,
  warn: (warning: string) => void,
): Promise<void> {
  if (!wantsHistory(environment)) return;
  try {
    const commit = await gitCommit(environment, process.cwd());
    await withHistory(environment, (history) =>
      history.record(summaryOf(report, commit), { report, ...judgement }),
    );
  } catch (error) {
    warn(`this run is not in the history: ${reasonFor(error)}`);
  }
}

function reasonFor(error: unknown): string {
  if (error instanceof TokenstormError && error.hint !== undefined) return `${error.message} (${error.hint})`;
  return error instanceof Error ? error.message : String(error);
}
