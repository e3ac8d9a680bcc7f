import type { Report } from '@tokenstorm/core';
import { countText, numbered, percentText } from '../../view/number-text.ts';
import { codeOf, proseOf } from './escape.ts';
import { columnsOf, markdownTable } from './markdown-table.ts';

/** Failed requests by kind, the most frequent first, each with one example. */
export function errorsSection({ errors, error_examples: examples, accounting }: Report): string {
  const kinds = Object.entries(errors).toSorted(([, one], [, other]) => other - one);
  if (kinds.length === 0) return '';
  const { failed, completed } = accounting;
  const share = percentText(failed / (failed + completed));
  const rows = kinds.map(([kind, count]) => [
    codeOf(kind),
    countText(count),
    codeOf(examples[kind] ?? '', 300),
  ]);
  const table = markdownTable(columnsOf('Kind', '>Requests', 'Example'), rows);
  return `### Errors\n\n${proseOf(`${numbered(failed, 'request')} failed (${share} of those answered).`)}\n\n${table}`;
}
