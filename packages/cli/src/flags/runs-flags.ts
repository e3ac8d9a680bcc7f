import { giveUpFlag, runsRedisFlag } from './distributed-flags.ts';
import type { Flag } from './flag.ts';
import { reportFlags } from './report-flags.ts';
import { resultFlags } from './result-flags.ts';

const group = 'Options:';
const ofRun = new Set(['--github', '--no-github', '--ui', '--quiet']);
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
  ...reportFlags
    .filter(({ name }) => name !== '--redis' && !ofRun.has(name))
    .map((flag) => ({ ...flag, group })),
  ...resultFlags.filter(({ name }) => ofRun.has(name)).map((flag) => ({ ...flag, group })),
];

/** Every flag of `tokenstorm stop`. */
export const stopFlags: readonly Flag[] = [
  redisFlag,
  { name: '--now', description: 'cancel the requests that are under way', group },
];

const jsonFlag: Flag = { name: '--json', description: 'print it as JSON', group };
const plain = resultFlags.filter(({ name }) => listing.has(name)).map((flag) => ({ ...flag, group }));

const nameFlag: Flag = { name: '--name', value: '<name>', description: 'only runs of this name', group };
const tagFlag: Flag = { name: '--tag', value: '<tag>', description: 'only runs with this tag', group };
const sinceFlag: Flag = {
  name: '--since',
  value: '<time>',
  description: 'only runs that started in the last 7d, 12h, …, or since a date: 2026-11-21',
  group,
};
const places: readonly Flag[] = [
  {
    ...redisFlag,
    description:
      'look at the runs over Redis too, and keep the reports of those that ended (or TOKENSTORM_REDIS_URL)',
  },
  { name: '--local', description: 'only this machine, though TOKENSTORM_REDIS_URL is set', group },
];

/** Every flag of `tokenstorm runs`. */
export const runsFlags: readonly Flag[] = [
  nameFlag,
  tagFlag,
  sinceFlag,
  {
    name: '--limit',
    short: '-n',
    value: '<n>',
    description: 'at most so many (default 20; with --json all)',
    group,
  },
  ...places,
  { ...jsonFlag, description: 'print them as JSON' },
  ...plain,
];

/** Every flag of `tokenstorm runs trend`. */
export const trendFlags: readonly Flag[] = [
  {
    name: '--metric',
    value: '<metric>',
    description:
      'ttft.p95 (default), e2e.p99, tpot.mean, …, errors, goodput, requests_per_second, cost_usd, …',
    group,
  },
  { ...nameFlag, description: 'runs of this name (default: that of the latest run)' },
  tagFlag,
  sinceFlag,
  {
    name: '--limit',
    short: '-n',
    value: '<n>',
    description: 'at most so many, the latest (default 30)',
    group,
  },
  ...places,
  jsonFlag,
  ...plain,
];

/** Every flag of `tokenstorm runs prune`. */
export const pruneFlags: readonly Flag[] = [
  { name: '--keep', value: '<n>', description: 'delete all but the newest so many', group },
  {
    name: '--older-than',
    value: '<time>',
    description: 'delete those that started longer ago: 30d, 12h',
    group,
  },
  { ...nameFlag, description: 'of the runs of this name only' },
  { name: '--tagged', description: 'tagged runs too, which are kept otherwise', group },
  { name: '--dry-run', description: 'say which ones, and delete nothing', group },
  ...plain,
];

/** Every flag of the commands under `tokenstorm runs` that change one run. */
export const oneRunFlags: readonly Flag[] = places;

/** All flags under `tokenstorm runs`, for what is common to them. */
export const allRunsFlags: readonly Flag[] = [
  ...new Map(
    [...runsFlags, ...trendFlags, ...pruneFlags, ...reportFlags].map((flag) => [flag.name, flag]),
  ).values(),
];
