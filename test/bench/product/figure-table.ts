import { isMet } from './figure.ts';
import type { Figure } from './figure.ts';

/** Markdown: what was measured beside what was wanted. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) =>
    [figure.goal, figure.name, bound(figure), quantity(figure.value, figure.unit), verdict(figure)].join(
      ' | ',
    ),
  );
  const head = ['| goal | figure | wanted | measured | met |', '| --- | --- | --- | --- | --- |'];
  return [...head, ...rows.map((row) => `| ${row} |`)].join('\n');
}

/** Three significant digits, whole numbers from 100. */
export function quantity(value: number, unit: string): string {
  if (Number.isNaN(value)) return 'not measured';
  const digits =
    Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
  return unit === '' ? digits : `${digits} ${unit}`;
}

function bound({ atMost, atLeast, unit }: Figure): string {
  if (atMost !== undefined) return `at most ${quantity(atMost, unit)}`;
  return atLeast === undefined ? '' : `at least ${quantity(atLeast, unit)}`;
}

function verdict(figure: Figure): string {
  const met = isMet(figure);
  if (met === undefined) return '';
  return met ? 'yes' : `**no** (${missedBy(figure)})`;
}

function missedBy({ value, atMost, atLeast }: Figure): string {
  const limit = atMost ?? atLeast ?? 0;
  if (limit === 0 || Number.isNaN(value)) return 'missed';
  return `${(value / limit).toFixed(2)} times the bound`;
}
