import type { Flag } from './flag.ts';

const connection = 'Redis:';
const operation = 'Operation:';

export const redisFlag: Flag = {
  name: '--redis',
  value: '<url>',
  description: 'redis://[user][:password@]host[:port][/db], or rediss:// for TLS (or TOKENSTORM_REDIS_URL)',
  group: connection,
};

/** Flags of the processes that serve runs over Redis: workers and aggregators. */
export const leaseFlags: readonly Flag[] = [
  {
    name: '--lease',
    value: '<time>',
    description:
      'what was taken goes to another process after this long without a sign of life (default 10s)',
    group: connection,
  },
  {
    name: '--give-up',
    value: '<time>',
    description: 'Redis away for so long is gone for good: exit code 97 (default 60s)',
    group: connection,
  },
];

export const operationFlags: readonly Flag[] = [
  {
    name: '--port',
    value: '<port>',
    description: 'serve /healthz and /metrics here; 0 takes any free port (default: neither is served)',
    group: operation,
  },
  { name: '--json', description: 'log lines as JSON', group: operation },
  { name: '--quiet', description: 'log only warnings and errors', group: operation },
];
