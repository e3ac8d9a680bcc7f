import { TokenstormError } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import { RedisLink } from './redis-link.ts';
import { redisWords } from './redis-words.ts';
import { chosenRun } from './remote-runs.ts';

/** The report of a run over Redis, with what decides on its exit code. */
export interface RemoteReport {
  readonly runId: string;
  readonly report: Report;
  readonly onInvalid: 'fail' | 'warn';
  readonly failOn: 'invalid' | 'suspect';
}

/**
 * The report of the run that a name means (see `chosenRun`). Undefined where that would be older than `than`, the id of another
 * run. Rejects with `E_USAGE` where there is none of that name, or where it is still under way.
 */
export async function remoteReport(
  url: string,
  name: string,
  than?: string,
): Promise<RemoteReport | undefined> {
  await using link = await RedisLink.open(url);
  const { runs } = link.transport;
  const entries = await link.ask(runs.list());
  // Ids begin with the time.
  if (than !== undefined && !entries.some(({ runId }) => runId >= than)) return undefined;
  const { runId } = chosenRun(entries, name);
  const [report, record] = await link.ask(Promise.all([runs.report(runId), runs.record(runId)]));
  if (report === undefined) {
    throw new TokenstormError('E_USAGE', `run ${runId} has not ended yet`, {
      hint: `tokenstorm attach ${runId}${redisWords(url, process.env)} shows it, and its report at the end.`,
    });
  }
  return {
    runId,
    report,
    onInvalid: record?.plan.scenario.execution.onInvalid ?? 'fail',
    failOn: record?.failOn ?? 'invalid',
  };
}
