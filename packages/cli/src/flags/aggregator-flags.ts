import type { Flag } from './flag.ts';
import { allowEnvFlag, allowHostFlag } from './permission-flags.ts';
import { leaseFlags, operationFlags, redisFlag } from './service-flags.ts';

const influx = 'InfluxDB:';

/** Every flag of `tokenstorm aggregator`, in the order of its help. */
export const aggregatorFlags: readonly Flag[] = [
  redisFlag,
  ...leaseFlags,
  {
    name: '--influx',
    value: '<url>',
    description:
      'write each window there: http://[user:password@]host:8086 (or TOKENSTORM_INFLUX_URL; default: no)',
    group: influx,
  },
  {
    name: '--influx-database',
    value: '<name>',
    description: 'made where it is missing (default tokenstorm)',
    group: influx,
  },
  {
    name: '--retention',
    value: '<time>',
    description: 'how long InfluxDB keeps them: at least 1h (default 30d)',
    group: influx,
  },
  allowHostFlag,
  allowEnvFlag,
  ...operationFlags,
  {
    name: '--no-snapshot-log',
    description: 'do not keep the snapshots of each run in the store of this machine',
    group: 'Operation:',
  },
];
