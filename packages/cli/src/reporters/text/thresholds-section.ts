import { findMetric, usdText } from '@tokenstorm/core';
import type { Report, ThresholdResult } from '@tokenstorm/core';
import { countText } from '../../view/number-text.ts';
import type { Page, Section } from '../../view/page.ts';
import { labelled } from '../../view/wrap.ts';

/** Each threshold with a tick or a cross, and the value that was compared. */
export function thresholdsSection(report: Report, { width, style }: Page): Section {
  const { thresholds } = report;
  if (thresholds.length === 0) return [];
  const rows = thresholds.map((result) => ({
    rule: `${result.metric}: ${result.expression}`,
    outcome: `${measuredText(result)}${result.aborted ? ', stopped the run' : ''}`,
    mark: result.passed ? style.good('✓') : style.bad('✗'),
  }));
  const fits = ({ rule, outcome }: (typeof rows)[number]) => 6 + rule.length + outcome.length <= width;
  const ruleWidth = Math.max(0, ...rows.filter(fits).map(({ rule }) => rule.length));
  const lines = rows.flatMap(({ rule, outcome, mark }) => {
    const line = `  ${mark} ${rule.padEnd(ruleWidth)}  ${outcome}`;
    if (rule.length <= ruleWidth && 6 + ruleWidth + outcome.length <= width) return [line];
    const [first = '', ...rest] = labelled('    ', `${rule} (${outcome})`, width);
    return [`  ${mark} ${first.slice(4)}`, ...rest];
  });
  return [style.title('Thresholds:'), ...lines];
}

/** The value that was compared, with its unit: `166.66 ms`, `0.4%`, `no data`. */
export function measuredText({ metric, expression, measured }: ThresholdResult): string {
  if (measured === null) return 'no data';
  const definition = findMetric(metric.replace(/\{.*$/, '').trim());
  if (definition?.kind === 'cost')
    return `${usdText(measured)}${/^\s*rate\b/.test(expression) ? ' a second' : ''}`;
  if (/^\s*count\b/.test(expression)) return countText(measured);
  if (definition?.kind === 'ratio') return `${exactText(measured * 100)}%`;
  if (definition?.kind === 'counter') return `${exactText(measured)} a second`;
  return `${exactText(measured)} ${definition?.unit ?? ''}`;
}

/** With 5 digits, so that a value next to its limit does not look equal to it. */
function exactText(value: number): string {
  return String(Number(value.toPrecision(5)));
}
