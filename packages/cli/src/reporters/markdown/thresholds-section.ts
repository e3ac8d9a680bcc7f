import type { Report } from '@tokenstorm/core';
import { measuredText } from '../text/thresholds-section.ts';
import { codeOf, proseOf } from './escape.ts';
import { columnsOf, markdownTable } from './markdown-table.ts';

/** Each threshold with the value that was compared, the failed ones first. */
export function thresholdsSection({ thresholds }: Report): string {
  if (thresholds.length === 0) return '';
  const failedFirst = thresholds.toSorted((one, other) => Number(one.passed) - Number(other.passed));
  const rows = failedFirst.map((result) => [
    result.passed ? '✅' : '❌',
    codeOf(`${result.metric}: ${result.expression}`, 200),
    proseOf(`${measuredText(result)}${result.aborted ? ', stopped the run' : ''}`),
  ]);
  return `### Thresholds\n\n${markdownTable(columnsOf('', 'Condition', '>Measured'), rows)}`;
}
