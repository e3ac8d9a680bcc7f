import { giveUpFlag, runsRedisFlag } from './distributed-flags.ts';
import type { Flag } from './flag.ts';
import { reportFlags } from './report-flags.ts';
import { resultFlags } from './result-flags.ts';

const group = 'Options:';
const progress = new Set(['--ui', '--quiet']);
const listing = new Set(['--no-color']);
const redisFlag: Flag = { ...runsRedisFlag, group };

/** Every flag of `tokenstorm attach`, in the order of its help. */
export const attachFlags: readonly Flag[] = [
  redisFlag,
  {
    ...giveUpFlag,
    description: 'Redis away for so long is gone for good: exit code 97 (default 60s)',
    group,
  },
  ...reportFlags.filter(({ name }) => name !== '--redis').map((flag) => ({ ...flag, group })),
  ...resultFlags.filter(({ name }) => progress.has(name)).map((flag) => ({ ...flag, group })),
];

/** Every flag of `tokenstorm stop`. */
export const stopFlags: readonly Flag[] = [
  redisFlag,
  { name: '--now', description: 'cancel the requests that are under way', group },
];

/** Every flag of `tokenstorm runs`. */
export const runsFlags: readonly Flag[] = [
  redisFlag,
  { name: '--json', description: 'print them as JSON', group },
  ...resultFlags.filter(({ name }) => listing.has(name)).map((flag) => ({ ...flag, group })),
];
