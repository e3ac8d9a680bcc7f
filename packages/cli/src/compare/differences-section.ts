import type { Difference } from '@tokenstorm/core';
import { measureText, numbered, percentText } from '../view/number-text.ts';
import { plainText } from '../view/page.ts';
import type { Page, Section } from '../view/page.ts';
import { labelled } from '../view/wrap.ts';
import type { Comparison } from './comparison.ts';
import type { PairDifference } from './pair-differences.ts';

const names: Readonly<Record<string, string>> = {
  'ttft.p50': 'TTFT p50',
  'e2e.p50': 'E2E p50',
  'output_tokens_per_second.p50': 'Tokens/s p50',
  'tpot.p50': 'TPOT p50',
  errors: 'Error rate',
  goodput: 'Goodput',
};

const labelWidth = Math.max(...Object.values(names).map((name) => name.length));

/** Which differences are more than chance, pair by pair. */
export function differencesSection({ differences, validity }: Comparison, page: Page): Section {
  const { pairs, against } = differences;
  if (pairs.length === 0) return [];
  const { width, style } = page;
  // The same reason for each of them is said once.
  const isWithheld = validity.level === 'invalid';
  const best = against === 'best' ? ' Each target against the one with the lowest median TTFT.' : '';
  return [
    style.title('Which differences are real:'),
    ...labelled(
      '  ',
      isWithheld ? 'Nothing is concluded: the measurement is invalid.' : `${meaning(differences)}${best}`,
      width,
    ).map((line) => style.faint(line)),
    ...pairs.flatMap((pair) => pairLines(pair, page, isWithheld)),
  ];
}

function meaning({ confidence, interval_confidence, pairs }: Comparison['differences']): string {
  const intervals = pairs.flatMap((pair) => pair.differences.filter(({ interval }) => interval !== null));
  const each = intervals.length > 1 ? `, each ${(interval_confidence * 100).toFixed(2)}%` : '';
  return `Real: the interval excludes 0. ${numbered(intervals.length, 'interval')}, ${confidence * 100}% together${each}.`;
}

function pairLines(
  { base, new: next, differences }: PairDifference,
  page: Page,
  isWithheld: boolean,
): string[] {
  const { width, style } = page;
  return [
    ...labelled('  ', `${plainText(next)} against ${plainText(base)}:`, width),
    ...differences.flatMap((difference) => {
      const label = `    ${(names[difference.metric] ?? difference.metric).padEnd(labelWidth)}  `;
      const [first = '', ...rest] = labelled(label, changeText(difference, isWithheld), width);
      return [first, ...rest].map((line) =>
        line.replace(/\bbetter$/, (word) => style.good(word)).replace(/\bworse$/, (word) => style.bad(word)),
      );
    }),
  ];
}

function changeText(difference: Difference, isWithheld: boolean): string {
  const { base, new: next, judgement, reason } = difference;
  const values = `${valueText(base, difference)} -> ${valueText(next, difference)}`;
  const change = sizeText(difference);
  const words =
    judgement === 'cannot_tell' && !isWithheld
      ? `cannot tell (${reasonText(reason)})`
      : judgement.replace('_', ' ');
  return `${values}${change}: ${words}`;
}

/** An interval that is too wide becomes narrower with more requests, which is what a reader can do about it. */
function reasonText(reason: string | null): string {
  if (reason === null) return 'no values';
  return reason.startsWith('the interval holds 0') ? 'needs more requests' : reason;
}

function valueText(value: number | null, { unit }: Difference): string {
  if (value === null) return '-';
  if (unit === 'ratio') return percentText(value);
  return `${measureText(value)}${unit === 'ms' ? ' ms' : ''}`;
}

/** The change with its interval: of shares in percentage points, else in percent of the base. */
function sizeText({ unit, change, change_ratio, interval, interval_ratio }: Difference): string {
  const [size, range, mark] =
    unit === 'ratio' ? ([change, interval, 'pp'] as const) : ([change_ratio, interval_ratio, '%'] as const);
  if (size === null) return '';
  const bounds = range === null ? '' : ` (${signed(range[0])} to ${signed(range[1])})`;
  return `, ${signed(size)}${mark}${bounds}`;
}

/** A share in hundredths, with its sign. */
function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}`;
}
