import { buildReport, SeriesTotals, Trend } from '@tokenstorm/core';
import type { Report, ReportInput, SeriesLabels, SnapshotSeries, TrendName } from '@tokenstorm/core';

/** Values of each metric of one group. */
export type GroupValues = Readonly<Partial<Record<TrendName, readonly number[]>>>;

const ownTarget: SeriesLabels = {
  provider: 'own',
  model: 'llama-3-8b',
  scenario: 'steady',
  region: 'default',
  phase: 'main',
};

/** One series with what is given, and zero for the rest. */
export function seriesOf(
  values: GroupValues,
  rest: {
    readonly labels?: Partial<SeriesLabels>;
    readonly accounting?: Partial<SnapshotSeries['accounting']>;
    readonly counters?: SnapshotSeries['counters'];
    readonly errors?: SnapshotSeries['errors'];
  } = {},
): SnapshotSeries {
  const nothing = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };
  return {
    labels: { ...ownTarget, ...rest.labels },
    accounting: { ...nothing, ...rest.accounting },
    counters: rest.counters ?? {},
    errors: rest.errors ?? {},
    trends: Object.fromEntries(Object.entries(values).map(([name, list]) => [name, encoded(list)])),
  };
}

function encoded(values: readonly number[]) {
  const trend = new Trend();
  trend.recordAll(values);
  return trend.encode();
}

/** The report of a run of these series. */
export function reportOf(series: readonly SnapshotSeries[], changes: Partial<ReportInput> = {}): Report {
  const totals = new SeriesTotals();
  for (const one of series) totals.add(one);
  return buildReport({
    run: {
      id: '20261121-091530-3f2a',
      name: 'chat-steady',
      mode: 'local',
      seed: 42,
      startedAtEpochMs: Date.UTC(2026, 10, 21, 9, 15, 30),
      durationMs: 31_240,
      regions: ['default'],
      workers: 1,
      version: '0.1.0',
      workloads: [
        {
          scenario: 'steady',
          executor: 'constant-arrival-rate',
          targets: ['own/llama-3-8b'],
          requests: null,
          concurrency: null,
          rate_per_second: 20,
          duration_s: 30,
        },
      ],
    },
    totals,
    courses: [],
    windows: [],
    thresholds: [],
    measuredSeconds: 30,
    hasSlo: false,
    generator: { stampErrorBoundP99Ms: 0.312, cpuRatio: 0.12, rssBytes: 90_000_000 },
    notes: [],
    errorExamples: {},
    calls: [],
    ...changes,
  });
}

/** `count` values with a long tail upwards: quantiles of a lognormal law, from smallest to largest. */
export function skewed(count: number, median: number, sigma: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 0.5) / count;
    return median * Math.exp(sigma * Math.log(share / (1 - share)) * 0.6);
  });
}
