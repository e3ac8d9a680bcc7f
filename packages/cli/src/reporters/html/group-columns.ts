import { sampleFloors } from '@tokenstorm/core';
import { dollarText } from '../../view/dollar-text.ts';
import { countText, measureText, percentText } from '../../view/number-text.ts';
import { mergedPercentile, valueCount } from './merged-groups.ts';
import type { MergedGroups } from './merged-groups.ts';
import { numbers } from './table.ts';
import type { HtmlColumn } from './table.ts';

/** Requests of a part of the run, and how many of them succeeded. */
export function outcomeColumns<Row extends MergedGroups>(): readonly HtmlColumn<Row>[] {
  return [
    numbers('Requests', ({ accounting }) => accounting.scheduled, countText),
    numbers('Failed', ({ accounting }) => accounting.failed, countText),
    numbers(
      'Success',
      ({ accounting: { completed, scheduled } }) => (scheduled === 0 ? null : completed / scheduled),
      percentText,
    ),
  ];
}

/** A percentile in ms, or in tokens a second; `~` before it where it rests on too few values. */
export function percentileColumn<Row extends MergedGroups>(
  title: string,
  metric: Parameters<typeof mergedPercentile>[1],
  key: Parameters<typeof mergedPercentile>[2],
): HtmlColumn<Row> {
  const floor = key === 'p50' ? 0 : sampleFloors[key];
  return numbers<Row>(
    title,
    (row) => mergedPercentile(row, metric, key),
    (value, row) => (valueCount(row, metric) < floor ? '~' : '') + measureText(value),
  );
}

/** What a part of the run cost; `unknown` where a price is missing. */
export function costColumn<Row>(costOf: (row: Row) => number | null): HtmlColumn<Row> {
  return { title: 'Cost', isNumber: true, value: costOf, cell: (row) => dollarText(costOf(row)) };
}
