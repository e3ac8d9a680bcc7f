import type { Report } from '@tokenstorm/core';
import { countText, numbered, percentText } from '../../view/number-text.ts';
import { plainText } from '../../view/page.ts';
import type { Page, Section } from '../../view/page.ts';
import { labelled } from '../../view/wrap.ts';

/** Failed requests by kind, the most frequent first, each with one example. */
export function errorsSection(report: Report, { width, style }: Page): Section {
  const kinds = Object.entries(report.errors).toSorted(([, one], [, other]) => other - one);
  if (kinds.length === 0) return [];
  const { failed, completed } = report.accounting;
  const share = percentText(failed / (failed + completed));
  const nameWidth = Math.max(...kinds.map(([kind]) => kind.length));
  const countWidth = Math.max(...kinds.map(([, count]) => countText(count).length));
  const lines = kinds.flatMap(([kind, count]) => {
    const label = `  ${kind.padEnd(nameWidth)}  ${countText(count).padStart(countWidth)}  `;
    return labelled(label, plainText(report.error_examples[kind] ?? ''), width);
  });
  return [
    `${style.title('Errors:')} ${numbered(failed, 'request')} failed (${share} of those answered)`,
    ...lines,
  ];
}
