import type { Flag } from './flag.ts';
import { runFlags } from './run-flags.ts';

const group = 'What to compare:';

/** Flags of `tokenstorm compare` that `run` does not have. */
const ownFlags: readonly Flag[] = [
  {
    name: '--config',
    value: '<file>',
    description: 'scenario file with the providers and models to compare; the same as FILE',
    group,
  },
  {
    name: '--models',
    value: '<a,b>',
    description: 'models to compare, with --url or --provider instead of a file',
    group,
    repeatable: true,
  },
  {
    name: '--sequential',
    description: 'measure one target after another instead of all at the same time',
    group,
  },
  {
    name: '--rounds',
    value: '<n>',
    description:
      'with --sequential: go over all targets so many times, each time from another one on (default 1)',
    group,
  },
];

/** What flags of `run` mean here. */
const changed: Readonly<Record<string, Partial<Flag>>> = {
  '--model': { description: 'model to compare; repeat it, or use --models' },
  '--output': { description: 'write the comparison as JSON to this file, the reports of its runs in it' },
  '--json': { description: 'print the comparison as JSON on stdout, progress goes to stderr' },
};

/** Every flag of `tokenstorm compare`: its own and those of `run`, of which `--output` names the file of the comparison. */
export const compareFlags: readonly Flag[] = [
  ...ownFlags,
  ...runFlags.map((flag) => ({ ...flag, ...changed[flag.name] })),
];
