import type { MetricSummaries, Report, ReportWindow } from '@tokenstorm/core';

/** A part of the run, one window or several in a row: counts are added up, of each percentile the highest counts. */
export interface Moment {
  /** From the run's start. */
  readonly startMs: number;
  readonly endMs: number;
  /** Of it, how long the run went on: the last window may be cut off by the end. */
  readonly coveredMs: number;
  readonly windows: readonly ReportWindow[];
}

/** More points than these are not told apart on a screen. */
const most = 240;

/** The course of the whole run in at most 240 parts of equally many windows. */
export function momentsOf({ windows, run }: Report): readonly Moment[] {
  const whole = windows
    .filter(({ labels }) => Object.keys(labels).length === 0)
    .toSorted((one, other) => one.start_ms - other.start_ms);
  const size = Math.max(1, Math.ceil(whole.length / most));
  const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
    whole.slice(index * size, (index + 1) * size),
  );
  return parts.map((part) => momentOf(part, run.duration_s * 1000));
}

function momentOf(windows: readonly ReportWindow[], runMs: number): Moment {
  const covered = windows.map(({ start_ms, duration_ms }) =>
    Math.max(0, Math.min(duration_ms, runMs - start_ms)),
  );
  const last = windows.at(-1);
  return {
    startMs: windows[0]?.start_ms ?? 0,
    endMs: (last?.start_ms ?? 0) + (last?.duration_ms ?? 0),
    coveredMs: covered.reduce((sum, ms) => sum + ms, 0),
    windows,
  };
}

/** The highest of a metric's statistic in the windows of a moment; `null` where none has data. */
export function highest(
  { windows }: Moment,
  metric: keyof MetricSummaries,
  key: 'p50' | 'p95' | 'p99',
): number | null {
  const values = windows.flatMap(({ metrics }) => metrics[metric]?.[key] ?? []);
  return values.length === 0 ? null : Math.max(...values);
}

/** What the windows of a moment count together, a second; `null` where hardly any of its time was within the run. */
export function perSecond(
  { windows, coveredMs, startMs, endMs }: Moment,
  amount: (window: ReportWindow) => number | undefined,
): number | null {
  const isKnown = windows.every((window) => amount(window) !== undefined);
  if (!isKnown || coveredMs < (endMs - startMs) / 4) return null;
  return (windows.reduce((sum, window) => sum + (amount(window) ?? 0), 0) * 1000) / coveredMs;
}
