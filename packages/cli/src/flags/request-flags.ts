import type { Flag } from './flag.ts';

const group = 'What to send:';

/** Flags that say what a request holds and how long it may take. */
export const requestFlags: readonly Flag[] = [
  {
    name: '--max-tokens',
    value: '<n>',
    description: 'upper limit of output tokens for each request',
    group,
  },
  { name: '--temperature', value: '<number>', description: 'sampling temperature', group },
  {
    name: '--streaming',
    aliases: ['--stream'],
    description: 'stream the answers (default); --no-streaming waits for whole ones',
    group,
  },
  { name: '--no-streaming', aliases: ['--no-stream'], description: 'the opposite of --streaming' },
  {
    name: '--extra-inputs',
    value: '<key:value>',
    description: 'key of the request body, its value read as JSON where it is JSON (repeatable)',
    group,
    repeatable: true,
    moreValues: /^[A-Za-z_][\w.]*:[^/\\]/,
  },
  {
    name: '--extra-request-body',
    value: '<json>',
    description: 'object merged into the request body',
    group,
  },
  {
    name: '--request-timeout-seconds',
    aliases: ['--timeout'],
    value: '<seconds>',
    description: 'time after which a request is given up: seconds, or a duration such as 2m',
    group,
  },
];
