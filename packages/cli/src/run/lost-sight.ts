import { TokenstormError } from '@tokenstorm/core';

/** What to throw where Redis is gone while a run is under way: the user learns what becomes of it. Other errors stay as they are. */
export function lostSight(cause: unknown, runId: string, words: string): unknown {
  if (!(cause instanceof TokenstormError) || cause.code !== 'E_REDIS') return cause;
  const message = `${cause.message}: run ${runId} is out of sight. Without Redis its workers stop by themselves.`;
  const hint = `Where Redis comes back with its data before they give up, the run goes on: tokenstorm attach ${runId}${words}. Else they and the aggregator keep files of it for tokenstorm report.`;
  return new TokenstormError('E_REDIS', message, { hint, cause });
}
