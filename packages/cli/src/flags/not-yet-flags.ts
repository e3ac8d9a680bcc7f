import type { Flag } from './flag.ts';

const noSyntheticPrompts = 'use --prompt or --input-file';

/** Flags that are known by name but whose part is not built: each is refused, none is ignored. */
export const notYetFlags: readonly Flag[] = [
  notYet('--isl', { aliases: ['--random-input-len'], use: noSyntheticPrompts }),
  notYet('--isl-stddev', { use: noSyntheticPrompts }),
  notYet('--osl', { aliases: ['--random-output-len'], use: 'use --max-tokens' }),
  notYet('--osl-stddev', { use: 'use --max-tokens' }),
  notYet('--random-range-ratio', { use: noSyntheticPrompts }),
  notYet('--traffic-scenario', { use: noSyntheticPrompts }),
  notYet('--dataset', { aliases: ['--dataset-name', '--public-dataset'], use: 'use --input-file' }),
  notYet('--dataset-path', { use: 'use --input-file' }),
  notYet('--custom-dataset-type', { use: 'use --input-file with a JSONL or CSV file' }),
  notYet('--tokenizer', { use: 'token counts come from the server' }),
  notYet('--percentiles', { aliases: ['--metric-percentiles'], use: 'the report has p1 to p99.9' }),
  notYet('--max-errors', { use: 'use --max-error-rate' }),
  notYet('--fixed-schedule', { isSwitch: true }),
  notYet('--replay-speedup'),
  notYet('--ready-timeout', { aliases: ['--ready-check-timeout-sec', '--wait-for-model-timeout'] }),
  notYet('--redis'),
  notYet('--debug', { isSwitch: true }),
];

function notYet(
  name: Flag['name'],
  options: { aliases?: NonNullable<Flag['aliases']>; use?: string; isSwitch?: boolean } = {},
): Flag {
  return {
    name,
    description: 'not supported yet',
    notYet: options.use ?? '',
    ...(options.isSwitch === true ? {} : { value: '<value>', repeatable: true }),
    ...(options.aliases === undefined ? {} : { aliases: options.aliases }),
  };
}
