import type { ValidityLevel, ValidityReason } from './report.ts';

/** Something that makes a measurement less than valid. */
export interface Finding {
  readonly level: Exclude<ValidityLevel, 'valid'>;
  readonly reason: ValidityReason;
}

/** From this part of the limit of an invalid measurement on, one is suspect. */
export const suspectPart = 0.25;

/** What a figure of the generator's comes to: `undefined` while it keeps to a quarter of the limit. On the limit it keeps to it. */
export function graded(
  measured: number,
  invalidAbove: number,
): { readonly level: Finding['level']; readonly limit: number } | undefined {
  if (measured > invalidAbove) return { level: 'invalid', limit: invalidAbove };
  const suspectAbove = invalidAbove * suspectPart;
  return measured > suspectAbove ? { level: 'suspect', limit: suspectAbove } : undefined;
}

/** `12 of 1,000 requests (1.2%)`. */
export function shareText(part: number, whole: number, noun: string): string {
  return `${countText(part)} of ${countText(whole)} ${noun} (${percentText(part / whole)})`;
}

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** Of a ratio, to 3 significant digits: `1.25%`. */
export function percentText(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))}%`;
}

/** To 3 significant digits, with the unit: `0.204 ms`. */
export function millisecondsText(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}
