import { Trend, counterDefinitions, emptyAccounting } from '@tokenstorm/core';
import type {
  CounterContext,
  CounterName,
  CounterRow,
  CounterTotals,
  EncodedTrend,
  RequestErrorKind,
  RequestRecord,
  SnapshotSeries,
  TrendName,
  Workload,
} from '@tokenstorm/core';
import type { MonitoredCall } from './monitored-call.ts';

/** A call with what it adds to sums: all that windows, hours and alerts are made of. One line of the calls file. */
export interface CallSample {
  readonly call: MonitoredCall;
  readonly workload: string;
  readonly region: string;
  /** What it adds to each counter of docs/metrics.md; absent is 0. */
  readonly counters: CounterTotals;
}

const rows: readonly CounterRow[] = counterDefinitions;

/** What a request adds to counters. */
export function countersOf(record: RequestRecord, { slo }: Pick<Workload, 'slo'>): CounterTotals {
  const context: CounterContext = { slo, window: { startMs: -Infinity, endMs: Infinity } };
  const counters: Partial<Record<CounterName, number>> = {};
  for (const { name, amount } of rows) {
    const value = amount(record, context);
    if (value !== 0) counters[name] = value;
  }
  return counters;
}

/** The call as a series of its own, with these of its distributions: what `SeriesTotals` adds up. */
export function seriesOf(sample: CallSample, trends: ReadonlySet<TrendName>): SnapshotSeries {
  const { call, workload, region, counters } = sample;
  return {
    labels: { provider: call.provider, model: call.model, scenario: workload, region, phase: 'main' },
    accounting: { ...emptyAccounting, scheduled: 1, [call.outcome]: 1 },
    counters,
    errors: call.error === null ? {} : { [errorKind(call.error)]: 1 },
    trends: Object.fromEntries(
      Object.entries(call.metrics)
        .filter(([name]) => trends.has(name as TrendName))
        .map(([name, value]) => [name, encoded(value)]),
    ),
  };
}

function errorKind(error: string): RequestErrorKind {
  return error.replaceAll('_', '-') as RequestErrorKind;
}

function encoded(value: number): EncodedTrend {
  const trend = new Trend();
  trend.record(value);
  return trend.encode();
}
