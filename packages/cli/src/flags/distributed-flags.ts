import type { Flag } from './flag.ts';
import { redisFlag } from './service-flags.ts';

const group = 'From several machines:';

/** `--redis` of the commands that know runs by their id. Alone it takes the address from the environment. */
export const runsRedisFlag: Flag = { ...redisFlag, valueIf: /^(?!-)(?!.*\.(?:ya?ml|jsonl?)$)/, group };

/** `--give-up` of the commands that stay with a run. */
export const giveUpFlag: Flag = {
  name: '--give-up',
  value: '<time>',
  description: 'with --redis: Redis away for so long is gone for good, exit code 97 (default 60s)',
  group,
};

/** Flags of `tokenstorm run` for a run over Redis. */
export const distributedFlags: readonly Flag[] = [
  {
    ...runsRedisFlag,
    description:
      'let the workers of all regions send: redis://host:6379; without a URL that of TOKENSTORM_REDIS_URL',
  },
  {
    name: '--min-workers',
    value: '<n>',
    description: 'with --redis: wait for so many workers in each region (default 1)',
    group,
  },
  {
    name: '--ready-timeout',
    aliases: ['--ready-check-timeout-sec', '--wait-for-model-timeout'],
    value: '<time>',
    description: 'with --redis: how long to wait for them (default 60s)',
    group,
  },
  {
    name: '--detach',
    description: 'with --redis: end as soon as the run has started; tokenstorm attach shows it again',
    group,
  },
  giveUpFlag,
];
