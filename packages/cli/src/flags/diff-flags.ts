import type { Flag } from './flag.ts';
import { runsRedisFlag } from './distributed-flags.ts';

const sides = 'What is compared:';
const judging = 'How it is judged:';
const output = 'What comes out:';
/** What follows the name of a side is a further run of it, up to the next flag. */
const furtherRuns = /^[^-]/;

/** Every flag of `tokenstorm diff`, in the order of its help. */
export const diffFlags: readonly Flag[] = [
  {
    name: '--base',
    value: '<run...>',
    description: 'runs of the base side, instead of BASE (repeatable)',
    group: sides,
    repeatable: true,
    moreValues: furtherRuns,
  },
  {
    name: '--new',
    value: '<run...>',
    description: 'runs of the new side, instead of NEW (repeatable)',
    group: sides,
    repeatable: true,
    moreValues: furtherRuns,
  },
  {
    name: '--metric',
    value: '<figure>',
    description: 'only this figure: ttft.p95, errors; a metric alone (ttft) for all of its (repeatable)',
    group: sides,
    repeatable: true,
  },
  {
    name: '--group',
    value: '<label>',
    description:
      'also for each model, provider, scenario or region by itself (repeatable: for each combination)',
    group: sides,
    repeatable: true,
  },
  {
    ...runsRedisFlag,
    valueIf: /:\/\//,
    description: 'look for the runs in Redis too (or TOKENSTORM_REDIS_URL)',
    group: sides,
  },
  {
    name: '--confidence',
    value: '<share>',
    description: 'of each interval: 95% (default), 99%',
    group: judging,
  },
  {
    name: '--limit',
    value: '<figure=limit>',
    description:
      "exit code 99 when worse, beyond chance, by more than this: 'ttft.p95=10%', errors=0.5pp (repeatable)",
    group: judging,
    repeatable: true,
  },
  {
    name: '--fail-on',
    value: '<what>',
    description:
      'exit code 99 too when any figure is worse (worse), or when a limit cannot be checked (cannot-tell)',
    group: judging,
  },
  {
    name: '--allow-invalid',
    description: 'compare invalid measurements all the same, instead of exit code 5',
    group: judging,
  },
  { name: '--json', description: 'print the comparison as JSON', group: output },
  { name: '--markdown', description: 'print it as Markdown', group: output },
  {
    name: '--export',
    value: '<format=path>',
    description: 'also write it to a file, as json or markdown (repeatable)',
    group: output,
    repeatable: true,
  },
  { name: '--no-color', description: 'no colours, as with NO_COLOR', group: output },
];
