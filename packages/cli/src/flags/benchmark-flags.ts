import type { Flag } from './flag.ts';
import { runFlags } from './run-flags.ts';

const group = 'The benchmark:';

/** Tokens of an answer where nobody says how many: enough for the long ones to show their rate. */
export const benchmarkMaxTokens = 1024;

/** A machine that sends more at once measures itself. */
export const mostInstances = 256;

const ownFlags: readonly Flag[] = [
  {
    name: '--instances',
    value: '<n>',
    description: 'send the ten prompts so many times at once, each time one after another (default 1)',
    group,
  },
  {
    name: '--output-dir',
    value: '<folder>',
    description:
      'where {provider}_performance_metrics.json and .csv go (default: here; of a merge: merged_performance_metrics.*)',
    group,
  },
  {
    name: '--merge',
    value: '<csv...>',
    description: 'send nothing: put the CSV files of several benchmarks together and print their statistics',
    group,
    repeatable: true,
    moreValues: /^[^-]/,
  },
];

/** Flags of `run` that have a meaning for ten given prompts, one at a time. */
const ofRun = new Set<Flag['name']>([
  '--provider',
  '--url',
  '--model',
  '--endpoint-type',
  '--endpoint',
  '--api-key',
  '--header',
  '--client',
  '--with-sim',
  '--allow-host',
  '--no-preflight',
  '--system',
  '--cache-bust',
  '--tokenizer',
  '--max-tokens',
  '--temperature',
  '--extra-inputs',
  '--extra-request-body',
  '--request-timeout-seconds',
  '--random-seed',
  '--budget-usd',
  '--budget-tokens',
  '--budget-requests',
  '--prices',
  '--goodput',
  '--threshold',
  '--failed-request-threshold',
  '--max-error-rate',
  '--fail-on',
  '--allow-invalid',
  '--json',
  '--export',
  '--github',
  '--no-github',
  '--no-clobber',
  '--snapshot-log',
  '--no-snapshot-log',
  '--audit-log',
  '--quiet',
  '--debug',
  '--no-color',
  '--dry-run',
  '--confirm-over',
  '--yes',
]);

const changed: Readonly<Record<string, Partial<Flag>>> = {
  '--model': { description: 'model to ask for (of GLM: glm-4.6 where none is named)' },
  '--max-tokens': {
    description: `upper limit of output tokens for each call (default ${benchmarkMaxTokens})`,
  },
  '--json': { description: 'print the metrics as JSON on stdout, the lines of the calls go to stderr' },
  '--quiet': { description: 'no line for each call, only the result' },
};

/** Every flag of `tokenstorm benchmark`. */
export const benchmarkFlags: readonly Flag[] = [
  ...ownFlags,
  ...runFlags.filter(({ name }) => ofRun.has(name)).map((flag) => ({ ...flag, ...changed[flag.name] })),
];
