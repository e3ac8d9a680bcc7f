import { findMetric } from '@tokenstorm/core';
import type { Report, ThresholdResult } from '@tokenstorm/core';
import { countText } from '../../view/number-text.ts';
import type { Page, Section } from '../../view/page.ts';

/** Each threshold with a tick or a cross, and the value that was compared. */
export function thresholdsSection(report: Report, { style }: Page): Section {
  const { thresholds } = report;
  if (thresholds.length === 0) return [];
  const rules = thresholds.map(({ metric, expression }) => `${metric}: ${expression}`);
  const width = Math.max(...rules.map((rule) => rule.length));
  const lines = thresholds.map((result, index) => {
    const mark = result.passed ? style.good('✓') : style.bad('✗');
    const stopped = result.aborted ? ', stopped the run' : '';
    return `  ${mark} ${(rules[index] ?? '').padEnd(width)}  ${measuredText(result)}${stopped}`;
  });
  return [style.title('Thresholds:'), ...lines];
}

function measuredText({ metric, expression, measured }: ThresholdResult): string {
  if (measured === null) return 'no data';
  const definition = findMetric(metric.replace(/\{.*$/, '').trim());
  if (/^\s*count\b/.test(expression)) return countText(measured);
  if (definition?.kind === 'ratio') return `${exactText(measured * 100)}%`;
  if (definition?.kind === 'counter') return `${exactText(measured)} a second`;
  return `${exactText(measured)} ${definition?.unit ?? ''}`;
}

/** With 5 digits, so that a value next to its limit does not look equal to it. */
function exactText(value: number): string {
  return String(Number(value.toPrecision(5)));
}
