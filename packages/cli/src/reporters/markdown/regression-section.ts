import type { Judgement, RegressionResult, Report } from '@tokenstorm/core';
import { judgementWords } from '../../view/difference-text.ts';
import { percentText } from '../../view/number-text.ts';
import { comparedText } from '../text/regression-section.ts';
import { codeOf, proseOf } from './escape.ts';
import { columnsOf, markdownTable } from './markdown-table.ts';

/** Each limit against the baseline, the broken ones first. */
export function regressionSection({ regression }: Report): string {
  if (regression === null || regression === undefined || regression.results.length === 0) return '';
  const brokenFirst = regression.results.toSorted((one, other) => Number(one.passed) - Number(other.passed));
  const columns = columnsOf('', 'Figure', '>Base → new', 'Judgement', '>Limit');
  const against = `Against ${codeOf(regression.baseline, 200)}, at a confidence of ${percentText(regression.confidence).replace('.0%', '%')}.`;
  return `### Regression\n\n${against}\n\n${markdownTable(columns, brokenFirst.map(row))}`;
}

function row({ passed, metric, limit, difference }: RegressionResult): string[] {
  const { judgement, reason } = difference;
  const why = reason === null ? '' : `: ${reason}`;
  return [
    markOf(passed, judgement),
    codeOf(metric),
    proseOf(comparedText({ difference })),
    proseOf(`${judgementWords[judgement]}${why}`),
    proseOf(limit),
  ];
}

/** A limit that nothing can be said about is neither kept nor broken. */
function markOf(passed: boolean, judgement: Judgement): string {
  if (!passed) return '❌';
  return judgement === 'cannot_tell' ? '❔' : '✅';
}
