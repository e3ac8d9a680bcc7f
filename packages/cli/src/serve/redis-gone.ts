import { TokenstormError } from '@tokenstorm/core';
import { redisName } from './redis-name.ts';
import { seconds } from './seconds.ts';

/** What ends a process whose Redis is gone for good; `kept` are the snapshot logs that it leaves behind. */
export function redisGone(
  { redisUrl, giveUpMs }: { readonly redisUrl: string; readonly giveUpMs: number },
  kept: readonly string[],
): TokenstormError {
  const away = `${redisName(redisUrl)} has been away for ${seconds(giveUpMs)} and is given up.`;
  const where = kept.length === 0 ? '' : ` Kept of the runs: ${kept.join(', ')}.`;
  return new TokenstormError('E_REDIS', `${away}${where}`, {
    hint:
      kept.length === 0
        ? 'Look whether Redis runs and can be reached from here, then start this again.'
        : 'tokenstorm report FILE… makes one report of all files of a run, those of its aggregator and of its workers.',
  });
}
