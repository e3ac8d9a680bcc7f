import type { Distribution } from '../load/load-profile.ts';
import type { Parse } from './context.ts';
import type { EffectiveWorkload } from './effective-workload.ts';

type ThinkTime = Exclude<NonNullable<EffectiveWorkload['keys']['think_time']>, number>;
type Kind = Distribution['kind'];

/** Which keys each distribution has. */
const kindKeys: Readonly<Record<Kind, readonly (keyof ThinkTime)[]>> = {
  fixed: ['mean'],
  exponential: ['mean'],
  normal: ['mean', 'stddev'],
  lognormal: ['mean', 'stddev'],
  uniform: ['min', 'max'],
};

/** A workload's think time in ms, 0 where it has none; `undefined` where it is wrong. */
export function readThinkTime({ reading }: Parse, workload: EffectiveWorkload): Distribution | undefined {
  const written = workload.keys.think_time ?? 0;
  if (typeof written === 'number') return { kind: 'fixed', value: written };
  const path = workload.pathOf('think_time');
  const kind = written.distribution ?? (written.stddev === undefined ? 'fixed' : 'normal');
  const wanted = kindKeys[kind];
  for (const key of wanted.filter((name) => written[name] === undefined)) {
    reading.report(
      [...path, key],
      `\`${key}\` is missing: the distribution ${kind} has ${wanted.join(' and ')}`,
    );
  }
  for (const key of (['mean', 'stddev', 'min', 'max'] as const).filter((name) => !wanted.includes(name))) {
    if (written[key] === undefined) continue;
    reading.report([...path, key], `\`${key}\` does not go with the distribution ${kind}`, undefined, 'key');
  }
  const { min = 0, max = 0 } = written;
  if (kind === 'uniform' && min > max) reading.report([...path, 'max'], '`max` is below `min`');
  return reading.isSound(path) ? distributionOf(kind, written) : undefined;
}

/** Every key that the kind has is there: it was checked before. */
function distributionOf(kind: Kind, { mean = 0, stddev = 0, min = 0, max = 0 }: ThinkTime): Distribution {
  switch (kind) {
    case 'fixed':
      return { kind, value: mean };
    case 'uniform':
      return { kind, min, max };
    case 'exponential':
      return { kind, mean };
    default:
      return { kind, mean, stddev };
  }
}
