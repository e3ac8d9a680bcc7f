import type { Parse } from './context.ts';
import type { Region } from './scenario.ts';
import { sections } from './schema.ts';
import { isRecord, valueAt } from './tree.ts';

/** The regions, weights summing to 1; `undefined` where they are wrong. */
export function readRegions({ reading }: Parse): readonly Region[] | undefined {
  const written = reading.section(sections.regions, ['regions']);
  if (written === undefined) {
    return valueAt(reading.value, ['regions']) === undefined ? [{ name: 'default', weight: 1 }] : undefined;
  }
  const weights = Object.entries(written);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  if (weights.length === 0)
    reading.report(['regions'], '`regions` must not be empty', 'leave it out for one region');
  checkPercents({ reading }, total);
  if (!reading.isSound(['regions'])) return undefined;
  return weights.map(([name, weight]) => ({ name, weight: weight / total }));
}

/** Shares in percent must add up to 100 and not stand beside plain weights. */
function checkPercents({ reading }: Pick<Parse, 'reading'>, total: number): void {
  const raw = valueAt(reading.value, ['regions']);
  const values = isRecord(raw) ? Object.values(raw) : [];
  const percents = values.filter((value) => typeof value === 'string').length;
  if (percents === 0) return;
  if (percents < values.length) {
    reading.report(['regions'], '`regions` mixes shares in percent and weights', 'use one of them', 'key');
  } else if (Math.abs(total - 1) > 1e-6) {
    const sum = Number((total * 100).toFixed(4));
    reading.report(['regions'], `the shares of \`regions\` add up to ${sum}%, not 100%`, undefined, 'key');
  }
}
