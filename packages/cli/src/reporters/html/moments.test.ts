import type { ReportWindow } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from '../report.fixture.ts';
import { highest, momentsOf, perSecond } from './moments.ts';

const nothing = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };

/** Windows of 5 s from the start, each with a p99 of 100 but for the one at `slow`, which has 900. */
const windowsOf = (count: number, slow: number): ReportWindow[] => {
  const { ttft } = reportOf([seriesOf({ ttft: [100] })]).metrics;
  return Array.from({ length: count }, (_, index) => ({
    start_ms: index * 5000,
    duration_ms: 5000,
    labels: {},
    accounting: { ...nothing, scheduled: 10, completed: 10 },
    metrics: ttft === undefined ? {} : { ttft: { ...ttft, p99: index === slow ? 900 : 100 } },
  }));
};

const run = reportOf([]).run;
const course = (windows: readonly ReportWindow[], duration_s: number) =>
  momentsOf({ ...reportOf([]), windows, run: { ...run, duration_s } });

describe('the course of a run', () => {
  it('is its windows where they are few, without those of single groups', () => {
    const windows = windowsOf(3, 1);
    const ofGroup = windows.map((window) => ({ ...window, labels: { region: 'eu' } }));
    const moments = course([...windows, ...ofGroup], 15);
    expect(moments.map(({ startMs }) => startMs)).toEqual([0, 5000, 10_000]);
    expect(moments.map((moment) => highest(moment, 'ttft', 'p99'))).toEqual([100, 900, 100]);
  });

  it('keeps the slowest moment of thousands, and their rate', () => {
    const moments = course(windowsOf(5000, 2503), 25_000);
    expect(moments.length).toBeLessThanOrEqual(240);
    const slowest = moments.map((moment) => highest(moment, 'ttft', 'p99'));
    expect(slowest.filter((value) => value === 900)).toHaveLength(1);
    // 10 requests in each window of 5 s.
    for (const moment of moments) expect(perSecond(moment, ({ accounting }) => accounting.completed)).toBe(2);
  });

  it('counts the time that the run covered of its last window, and no rate of next to nothing', () => {
    const rates = (seconds: number) =>
      course(windowsOf(2, 0), seconds).map((moment) =>
        perSecond(moment, ({ accounting }) => accounting.completed),
      );
    expect(rates(7)).toEqual([2, 5]);
    expect(rates(6)).toEqual([2, null]);
  });

  it('does not know a rate that a window does not tell', () => {
    const [moment] = course(windowsOf(1, 0), 5);
    expect(moment && perSecond(moment, ({ output_tokens: tokens }) => tokens)).toBeNull();
    expect(moment && highest(moment, 'e2e', 'p50')).toBeNull();
  });
});
