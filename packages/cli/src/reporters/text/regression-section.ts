import type { RegressionResult, Report } from '@tokenstorm/core';
import {
  changeText,
  figureText,
  intervalText,
  judgementWords,
  paintedJudgement,
} from '../../view/difference-text.ts';
import { percentText } from '../../view/number-text.ts';
import { plainText } from '../../view/page.ts';
import type { Page, Section } from '../../view/page.ts';
import type { Style } from '../../view/style.ts';
import { labelled } from '../../view/wrap.ts';

/** Each limit of the regression with a tick, a cross or a question mark, and what was compared. */
export function regressionSection({ regression = null }: Report, page: Page): Section {
  if (regression === null) return [];
  const { baseline, confidence, results } = regression;
  const title = `Against the baseline ${plainText(baseline)} (${percentText(confidence).replace('.0%', '%')} confidence):`;
  return [
    ...labelled('', title, page.width).map((line) => page.style.title(line)),
    ...limitLines(results, page),
  ];
}

/** Limits, each with its outcome. */
export function limitLines(results: readonly RegressionResult[], { width, style }: Page): string[] {
  const rules = results.map(({ metric, limit }) => `${metric}: ${limit}`);
  const ruleWidth = Math.max(0, ...rules.map((rule) => rule.length));
  return results.flatMap((result, index) => {
    const { judgement } = result.difference;
    const mark = markOf(result, style);
    const [first = '', ...rest] = labelled(
      `    ${rules[index]!.padEnd(ruleWidth)}  `,
      `${outcomeText(result)} ${judgementWords[judgement]}${reasonText(result)}`,
      width,
    );
    const words = judgementWords[judgement];
    return [`  ${mark} ${first.slice(4)}`, ...rest].map((line) =>
      line.replace(words, (text) => paintedJudgement(judgement, text, style)),
    );
  });
}

/** The same before the words that judge it. */
function outcomeText(result: Pick<RegressionResult, 'difference'>): string {
  return `${comparedText(result)}:`;
}

/** A limit that nothing can be said about is neither kept nor broken. */
function markOf({ passed, difference }: RegressionResult, style: Style): string {
  if (!passed) return style.bad('✗');
  return difference.judgement === 'cannot_tell' ? style.warning('?') : style.good('✓');
}

/** What was compared: `124.1 ms → 151.0 ms, +21.7% (+18.1 to +25.3%)`. */
export function comparedText({ difference }: Pick<RegressionResult, 'difference'>): string {
  const { base, unit } = difference;
  const sides = [base, difference.new].map((value) => `${figureText(value, unit)}${unitText(value, unit)}`);
  const interval = intervalText(difference);
  const change = difference.change === null ? '' : `, ${changeText(difference)}`;
  return `${sides.join(' → ')}${change}${interval === '-' ? '' : ` (${interval})`}`;
}

function reasonText({ difference: { reason } }: RegressionResult): string {
  return reason === null ? '' : ` (${reason})`;
}

function unitText(value: number | null, unit: string): string {
  return value === null || unit === 'ratio' || unit === 'usd' || unit === '' ? '' : ` ${unit}`;
}
