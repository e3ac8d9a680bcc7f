import { judgementWords } from '../view/difference-text.ts';
import { numbered } from '../view/number-text.ts';
import type { DiffResult } from './diff-result.ts';
import { groupText } from './match-groups.ts';

/** What came of a comparison, in two sentences. */
export function verdictWords(result: DiffResult): string {
  return `${limitWords(result)} ${countWords(result)}`;
}

function limitWords({ verdict, limits, counts }: DiffResult): string {
  if (verdict === 'invalid') return 'A side is no valid measurement, so nothing is concluded.';
  const broken = limits.filter(({ passed }) => !passed);
  if (broken.length > 0) {
    const names = broken.map(({ metric, group }) =>
      group === null ? metric : `${metric} of ${groupText(group)}`,
    );
    return `${broken.length} of ${numbered(limits.length, 'limit')} ${broken.length === 1 ? 'is' : 'are'} broken: ${names.join(', ')}.`;
  }
  const unknown = limits.filter(({ difference }) => difference.judgement === 'cannot_tell');
  if (verdict === 'failed')
    return counts.worse > 0 && unknown.length === 0
      ? 'Something is worse, and that was not to be.'
      : 'A limit could not be checked, or something is worse.';
  if (limits.length === 0) return 'No limits were set, so none could be broken.';
  if (unknown.length === 0) return 'No limit is broken.';
  return `No limit is broken, but of ${unknown.length} of ${numbered(limits.length, 'limit')} nothing can be said.`;
}

/** `Of 21 figures 2 are worse, 1 better, 12 show no difference, and 6 cannot be told.` */
function countWords({ counts, differences }: DiffResult): string {
  const parts = (['worse', 'better', 'no_difference', 'cannot_tell'] as const)
    .filter((judgement) => counts[judgement] > 0)
    .map((judgement) => `${judgementWords[judgement]} ${counts[judgement]}`);
  return differences.length === 0
    ? 'No figure could be compared.'
    : `Of ${numbered(differences.length, 'figure')}: ${parts.join(', ')}.`;
}
