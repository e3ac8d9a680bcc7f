import type { Parse } from './context.ts';
import type { ScoreTargets } from './scenario.ts';
import { sections } from './schema.ts';

/** The target times of `targets`, where the file has the section; an empty one is a problem. */
export function readScoreTargets({ reading }: Parse): { readonly scoreTargets?: ScoreTargets } {
  const written = reading.section(sections.targets, ['targets']);
  if (written === undefined) return {};
  const { first_token: firstTokenMs, total: totalMs } = written;
  if (firstTokenMs === undefined && totalMs === undefined) {
    reading.report(['targets'], '`targets` holds no time', 'there are first_token and total', 'key');
    return {};
  }
  return {
    scoreTargets: {
      ...(firstTokenMs !== undefined && { firstTokenMs }),
      ...(totalMs !== undefined && { totalMs }),
    },
  };
}
