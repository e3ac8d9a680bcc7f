import { usdText } from '@tokenstorm/core';
import type { Difference, Judgement } from '@tokenstorm/core';
import { measureText, percentText } from './number-text.ts';
import type { Style } from './style.ts';

/** What may be said of a change, in words. */
export const judgementWords: Readonly<Record<Judgement, string>> = {
  better: 'better',
  worse: 'worse',
  no_difference: 'no difference',
  cannot_tell: 'cannot tell',
};

/** A judgement's colour. */
export function paintedJudgement(judgement: Judgement, text: string, style: Style): string {
  if (judgement === 'worse') return style.bad(text);
  if (judgement === 'better') return style.good(text);
  return judgement === 'cannot_tell' ? style.warning(text) : text;
}

/** A figure's value without its unit, but for shares and money: `123.4`, `0.4%`, `$0.0021`; `-` where it is unknown. */
export function figureText(value: number | null, unit: string): string {
  if (value === null) return '-';
  if (unit === 'ratio') return percentText(value);
  return unit === 'usd' ? usdText(value) : measureText(value);
}

/** What a change is of its base, or of a share in percentage points: `+21.7%`, `-0.3pp`; `-` where it is unknown. */
export function changeText({ change, change_ratio: ratio, unit }: Difference): string {
  if (unit === 'ratio') return change === null ? '-' : `${signed(change * 100)}pp`;
  if (ratio !== null) return `${signed(ratio * 100)}%`;
  return change === null ? '-' : `${change > 0 ? '+' : ''}${figureText(change, unit)}`;
}

/** The interval of a change: `+18.1 to +25.3%`; `-` where there is none. */
export function intervalText(difference: Difference): string {
  const { unit } = difference;
  const ends = shownInterval(difference);
  if (ends === null) return '-';
  const [low, high] = ends.map((end) => signed(end * 100)) as [string, string];
  return `${low} to ${high}${unit === 'ratio' ? 'pp' : '%'}`;
}

/** The interval that people read: of a share its difference, of all else what it is of the base. */
export function shownInterval({
  unit,
  interval,
  interval_ratio: ratios,
}: Difference): Difference['interval'] {
  return unit === 'ratio' ? interval : ratios;
}

function signed(percent: number): string {
  const size = Math.abs(percent);
  const text =
    size < 0.005 ? '0.0' : size < 0.1 ? size.toFixed(2) : size < 99.95 ? size.toFixed(1) : size.toFixed(0);
  if (size < 0.005) return text;
  return `${percent < 0 ? '-' : '+'}${text}`;
}
