import type { SeriesSum, SeriesTotals } from '../metrics/series-totals.ts';
import type { TrendName } from '../metrics/trend-definitions.ts';
import type { GroupLabels, ReportWindow } from './report.ts';
import { groupLabels, metricSummaries } from './series-report.ts';
import { snakeCaseKeys } from './snake-case.ts';

/** What became known in one part of the run. */
export interface TotalsWindow {
  /** From the run's start. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly totals: SeriesTotals;
}

/** Metrics that are worth a line over time; the others are in the report as a whole. */
const metricsOverTime: readonly TrendName[] = [
  'ttft',
  'e2e',
  'tpot',
  'icl',
  'ttft_corrected',
  'e2e_corrected',
  'output_tokens_per_second',
  'schedule_lag',
  'send_delay',
  'rate_limit_wait',
  'concurrency_wait',
];

/** Windows of phase `main`: each as a whole (no labels), then by group where it has several. Those without anything are left out. */
export function reportWindows(windows: readonly TotalsWindow[]): ReportWindow[] {
  return windows.flatMap((window) => {
    const groups = window.totals.groups({ phase: 'main' });
    if (groups.length === 0) return [];
    const whole = reportWindow(window, {}, window.totals.merged({ phase: 'main' }));
    if (groups.length === 1) return [whole];
    return [whole, ...groups.map((group) => reportWindow(window, groupLabels(group.labels), group))];
  });
}

function reportWindow(window: TotalsWindow, labels: Partial<GroupLabels>, sum: SeriesSum): ReportWindow {
  return {
    start_ms: window.startMs,
    duration_ms: window.durationMs,
    labels,
    accounting: sum.accounting,
    metrics: metricSummaries(sum.trends, metricsOverTime),
    output_tokens: sum.counters.output_tokens ?? 0,
    ...(Object.keys(sum.errors).length > 0 && { errors: snakeCaseKeys(sum.errors) }),
  };
}
