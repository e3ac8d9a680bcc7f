import { expect, it } from 'vitest';
import type { TrendName } from '../metrics/definitions.ts';
import { Trend } from '../metrics/trend.ts';
import { limitDropNotes } from './outcome-findings.ts';
import { validityOf } from './validity.ts';

/** A trend with this value, a thousand times. */
function steady(valueMs: number): Trend {
  const trend = new Trend();
  trend.recordMany(valueMs, 1000);
  return trend;
}

it('a run whose requests waited a minute for a limit or a place is valid', () => {
  const trends = new Map<TrendName, Trend>([
    ['ttft', steady(100)],
    ['schedule_lag', steady(0.1)],
    ['send_delay', steady(0.1)],
    ['rate_limit_wait', steady(60_000)],
    ['concurrency_wait', steady(60_000)],
    ['ttft_corrected', steady(120_000)],
  ]);
  const accounting = { scheduled: 2000, completed: 1000, failed: 0, dropped: 0, lost: 0, cancelled: 1000 };
  expect(validityOf({ accounting, trends, courses: [], generator: {} })).toEqual({
    level: 'valid',
    reasons: [],
  });
});

it('arrivals dropped while requests waited for a limit are a note; waiting for the server they are its knee', () => {
  const accounting = { scheduled: 2000, completed: 1000, failed: 0, dropped: 1000, lost: 0, cancelled: 0 };
  const trends = (waitMs: number) =>
    new Map<TrendName, Trend>([
      ['e2e', steady(500)],
      ['rate_limit_wait', steady(waitMs)],
    ]);
  const judge = (waitMs: number) =>
    validityOf({ accounting, trends: trends(waitMs), courses: [], generator: {} }).reasons.map(
      ({ code }) => code,
    );
  expect(judge(5000)).toEqual([]);
  expect(judge(100)).toEqual(['past_knee']);
  expect(limitDropNotes({ accounting, trends: trends(5000) })).toEqual([
    expect.stringContaining('1,000 of 2,000 arrivals (50%) were dropped'),
  ]);
  expect(limitDropNotes({ accounting, trends: trends(100) })).toEqual([]);
});
