import {
  counterDefinitions,
  decompressHistogram,
  emptyAccounting,
  requestErrorKinds,
} from '@tokenstorm/core';
import type { EncodedTrend, Phase, SeriesLabels, SnapshotSeries, TrendName } from '@tokenstorm/core';
import { attemptErrorField, errorField } from './fields.ts';
import type { InfluxSeries } from './influx-connection.ts';

type Row = InfluxSeries['rows'][number];

/** Outcomes, counters and errors as they were written: one series for each point. */
export function requestSeries({ tags, rows }: InfluxSeries): SnapshotSeries[] {
  return rows.map((row) => ({
    labels: labelsOf(tags),
    accounting: {
      scheduled: numberAt(row, 'scheduled'),
      completed: numberAt(row, 'completed'),
      failed: numberAt(row, 'failed'),
      dropped: numberAt(row, 'dropped'),
      lost: numberAt(row, 'lost'),
      cancelled: numberAt(row, 'cancelled'),
    },
    counters: counted(counterDefinitions, ({ name }) => [name, numberAt(row, name)]),
    errors: counted(requestErrorKinds, (kind) => [kind, numberAt(row, errorField(kind))]),
    attemptErrors: counted(requestErrorKinds, (kind) => [kind, numberAt(row, attemptErrorField(kind))]),
    trends: {},
  }));
}

/** The same of the requests that ended there: in a part of a run others are scheduled than end. */
export function endedSeries(series: InfluxSeries): SnapshotSeries[] {
  return requestSeries(series).map(({ accounting, ...rest }) => {
    const { completed, failed, dropped, lost, cancelled } = accounting;
    const scheduled = completed + failed + dropped + lost + cancelled;
    return { ...rest, accounting: { ...accounting, scheduled } };
  });
}

/** Distributions as they were written. Throws `E_INTERNAL` where one is damaged. */
export function latencySeries({ tags, rows }: InfluxSeries): SnapshotSeries[] {
  return rows.flatMap((row) => {
    const hdr = row['hdr'];
    if (typeof hdr !== 'string') return [];
    const trend: EncodedTrend = {
      count: numberAt(row, 'count'),
      sum: numberAt(row, 'sum'),
      sumOfSquares: numberAt(row, 'sum_of_squares'),
      min: numberAt(row, 'min'),
      max: numberAt(row, 'max'),
      hdr: decompressHistogram(Buffer.from(hdr, 'base64')),
    };
    return [
      {
        labels: labelsOf(tags),
        accounting: emptyAccounting,
        counters: {},
        errors: {},
        trends: { [tags['metric'] as TrendName]: trend },
      },
    ];
  });
}

function labelsOf(tags: InfluxSeries['tags']): SeriesLabels {
  const { provider = '', model = '', scenario = '', region = '', phase } = tags;
  return { provider, model, scenario, region, phase: phase as Phase };
}

function counted<T, Name extends string>(
  rows: readonly T[],
  entryOf: (row: T) => readonly [Name, number],
): Partial<Record<Name, number>> {
  const entries = rows.map(entryOf).filter(([, value]) => value !== 0);
  return Object.fromEntries(entries) as Partial<Record<Name, number>>;
}

function numberAt(row: Row, field: string): number {
  const value = row[field];
  return typeof value === 'number' ? value : 0;
}
