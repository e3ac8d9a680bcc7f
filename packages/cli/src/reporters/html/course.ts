import type { Report } from '@tokenstorm/core';
import type { Chart } from './chart.ts';
import { highest, momentsOf, perSecond } from './moments.ts';
import type { Moment } from './moments.ts';
import { timeChart } from './time-chart.ts';
import type { TimeLine } from './time-chart.ts';

/** Latencies and throughput over the time of the run. */
export function courseCharts(report: Report): Chart[] {
  const moments = momentsOf(report);
  const together = Math.max(0, ...moments.map(({ windows }) => windows.length));
  const hint = together > 1 ? `Each point is the highest of ${together} windows.` : '';
  return [
    ...timeChart({ id: 'ttft-course', title: 'TTFT over time', lines: percentiles('ttft'), moments, hint }),
    ...timeChart({ id: 'e2e-course', title: 'E2E over time', lines: percentiles('e2e'), moments, hint }),
    ...timeChart({ id: 'request-course', title: 'Requests a second', lines: requestLines, moments }),
    ...timeChart({
      id: 'token-course',
      title: 'Output tokens a second',
      lines: tokenLines(moments),
      moments,
    }),
  ];
}

function percentiles(metric: 'ttft' | 'e2e'): readonly TimeLine[] {
  return (['p50', 'p95', 'p99'] as const).map((key) => ({
    label: key,
    unit: 'ms',
    value: (moment) => highest(moment, metric, key),
  }));
}

const requestLines: readonly TimeLine[] = [
  {
    label: 'Due',
    unit: '/s',
    value: (moment) => perSecond(moment, ({ accounting }) => accounting.scheduled),
  },
  {
    label: 'Completed',
    unit: '/s',
    value: (moment) => perSecond(moment, ({ accounting }) => accounting.completed),
  },
  {
    label: 'Failed',
    unit: '/s',
    value: (moment) => perSecond(moment, ({ accounting }) => accounting.failed),
  },
];

/** Older reports do not say the tokens of a window: the speed that users saw is left. */
function tokenLines(moments: readonly Moment[]): readonly TimeLine[] {
  const tokens: TimeLine = {
    label: 'Of requests that ended',
    unit: '/s',
    value: (moment) => perSecond(moment, ({ output_tokens: count }) => count),
  };
  const perUser: TimeLine = {
    label: 'For one user, p50',
    unit: '/s',
    value: (moment) => highest(moment, 'output_tokens_per_second', 'p50'),
  };
  return moments.some((moment) => tokens.value(moment) !== null) ? [tokens] : [perUser];
}

/** Failed requests by kind over time; all kinds together in reports that do not tell them apart. */
export function errorCharts(report: Report): Chart[] {
  const moments = momentsOf(report);
  const kinds = [
    ...new Set(moments.flatMap(({ windows }) => windows.flatMap(({ errors }) => Object.keys(errors ?? {})))),
  ];
  if (report.accounting.failed === 0) return [];
  const lines = kinds.length === 0 ? [allFailed] : kinds.map(ofKind);
  return timeChart({ id: 'error-course', title: 'Failed requests a second', lines, moments });
}

function ofKind(kind: string): TimeLine {
  return {
    label: kind,
    unit: '/s',
    value: (moment) => perSecond(moment, ({ errors }) => errors?.[kind] ?? 0),
  };
}

const allFailed: TimeLine = {
  label: 'Failed',
  unit: '/s',
  value: (moment) => perSecond(moment, ({ accounting }) => accounting.failed),
};
