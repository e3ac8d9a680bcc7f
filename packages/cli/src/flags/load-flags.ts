import type { Flag } from './flag.ts';

const group = 'How much, how fast:';

/** Flags that say how many requests start, and when. */
export const loadFlags: readonly Flag[] = [
  {
    name: '--request-rate',
    aliases: ['--rate', '--target-qps', '-q', '-R'],
    value: '<per-second>',
    description: 'open loop: so many requests start each second, whatever the server does',
    group,
  },
  {
    name: '--arrival-pattern',
    value: '<law>',
    description: 'gaps between those starts: constant (default), poisson or gamma',
    group,
  },
  {
    name: '--burstiness',
    value: '<shape>',
    description: 'shape of gamma gaps: 1 is poisson, below 1 burstier, above 1 more even',
    group,
  },
  {
    name: '--concurrency',
    short: '-c',
    aliases: ['--parallel', '--num-concurrency'],
    value: '<n>',
    description: 'closed loop: so many users, each sends its next request when its last one ended',
    group,
  },
  {
    name: '--max-concurrency',
    value: '<n>',
    description: 'beside --request-rate: at most so many in flight, the rest wait; alone: --concurrency',
    group,
  },
  {
    name: '--request-count',
    short: '-n',
    aliases: ['--iterations', '--num-prompts', '--num-requests', '--number'],
    value: '<n>',
    description: 'requests in all; beside --request-rate the run lasts n / rate seconds',
    group,
  },
  {
    name: '--duration',
    short: '-d',
    aliases: ['-z', '--benchmark-duration'],
    value: '<time>',
    description: 'length of the run: 30s, 5m, 1h30m; a bare number is seconds',
    group,
  },
  {
    name: '--warmup-request-count',
    aliases: ['--warmup', '--num-warmups', '--warmup-requests'],
    value: '<n>',
    description: 'requests to each target before the start, outside the totals',
    group,
  },
  {
    name: '--warmup-duration',
    value: '<time>',
    description: 'first part of the run that is kept outside the totals',
    group,
  },
  {
    name: '--random-seed',
    aliases: ['--seed'],
    value: '<n>',
    description: 'seed of every random choice: same seed, same schedule',
    group,
  },
  {
    name: '--processes',
    value: '<n>',
    description:
      'processes that send: 1 (default), more, or auto for one a core; leave a core to a server on the same machine',
    group,
  },
  {
    name: '--budget-usd',
    value: '<dollars>',
    description:
      'end the run before it costs more, by the same prices as the report (`pricing`, --prices, built in)',
    group,
  },
  {
    name: '--budget-tokens',
    value: '<n>',
    description: 'end the run before it uses more tokens, input and output together',
    group,
  },
  {
    name: '--budget-requests',
    value: '<n>',
    description: 'end the run before it sends more requests, retries and warm-up included',
    group,
  },
];
