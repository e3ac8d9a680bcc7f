import type { Flag } from './flag.ts';
import { allowEnvFlag, allowHostFlag, dataDirFlag } from './permission-flags.ts';
import { leaseFlags, operationFlags, redisFlag } from './service-flags.ts';

const sending = 'Sending:';

/** Every flag of `tokenstorm worker`, in the order of its help. */
export const workerFlags: readonly Flag[] = [
  redisFlag,
  ...leaseFlags,
  {
    name: '--region',
    value: '<name>',
    description: "region of the scenario that it sends from (or TOKENSTORM_REGION; default 'default')",
    group: sending,
  },
  {
    name: '--processes',
    value: '<n>',
    description:
      'send from this many processes, each a worker of its own; auto: one for each core (default 1)',
    group: sending,
    aliases: ['--workers'],
  },
  {
    name: '--grace',
    value: '<time>',
    description: 'how long requests under way may take to finish after SIGTERM or Ctrl-C (default 30s)',
    group: sending,
  },
  allowHostFlag,
  allowEnvFlag,
  dataDirFlag,
  ...operationFlags,
];
