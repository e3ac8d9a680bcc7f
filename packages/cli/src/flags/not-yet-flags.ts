import type { Flag } from './flag.ts';

/** Flags that are known by name but whose part is not built: each is refused, none is ignored. */
export const notYetFlags: readonly Flag[] = [
  notYet('--percentiles', { aliases: ['--metric-percentiles'], use: 'the report has p1 to p99.9' }),
  notYet('--max-errors', { use: 'use --max-error-rate' }),
  notYet('--fixed-schedule', { isSwitch: true }),
  notYet('--replay-speedup'),
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
