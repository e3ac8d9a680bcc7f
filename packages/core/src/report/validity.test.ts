import { describe, expect, it } from 'vitest';
import type { Accounting } from '../metrics/snapshot.ts';
import { Trend } from '../metrics/trend.ts';
import type { TrendName } from '../metrics/trend-definitions.ts';
import type { LoadCourse } from './load-course.ts';
import { validityOf } from './validity.ts';

function judged(
  accounting: Partial<Accounting>,
  values: Partial<Record<'ttft' | 'schedule_lag' | 'send_delay', readonly number[]>> = {},
  courses: readonly LoadCourse[] = [],
) {
  const trends = new Map<TrendName, Trend>();
  for (const name of ['ttft', 'schedule_lag', 'send_delay'] as const) {
    const trend = new Trend();
    trend.recordAll(values[name] ?? []);
    trends.set(name, trend);
  }
  const nothing = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };
  const { level, reasons } = validityOf({ accounting: { ...nothing, ...accounting }, trends, courses });
  return { level, codes: reasons.map((reason) => reason.code), reasons };
}

const fine = { scheduled: 1000, completed: 1000 };

describe.each(['schedule_lag', 'send_delay'] as const)('%s', (metric) => {
  it.each([
    // 20 ms is the limit while the median TTFT is at most 100 ms; 5 ms, its quarter, makes a run suspect.
    [5, 50, 'valid'],
    [5.1, 50, 'suspect'],
    [20, 50, 'suspect'],
    [20.1, 50, 'invalid'],
    // 20 % of 500 ms is 100 ms, a quarter of it 25 ms.
    [25, 500, 'valid'],
    [26, 500, 'suspect'],
    [99, 500, 'suspect'],
    [101, 500, 'invalid'],
  ])('of %d ms at a median TTFT of %d ms is %s', (lateMs, ttftMs, level) => {
    const result = judged(fine, { [metric]: [lateMs], ttft: [ttftMs] });
    expect(result.level).toBe(level);
    expect(result.codes).toEqual(level === 'valid' ? [] : [metric]);
  });

  it('is judged by its p99, not by the worst', () => {
    const lateOnce = [...Array.from({ length: 199 }, () => 0.1), 900];
    expect(judged(fine, { [metric]: lateOnce }).level).toBe('valid');
    expect(judged(fine, { [metric]: [...lateOnce, 900, 900] }).level).toBe('invalid');
  });

  it('is held to 20 ms where nothing was streamed', () => {
    expect(judged(fine, { [metric]: [21] }).reasons).toMatchObject([{ limit: 20, measured: 21 }]);
  });
});

describe('outcomes', () => {
  it.each([
    [{ scheduled: 1000, completed: 1000 }, 'valid', []],
    [{ scheduled: 1000, completed: 999, lost: 1 }, 'suspect', ['lost']],
    [{ scheduled: 1000, completed: 990, lost: 10 }, 'suspect', ['lost']],
    [{ scheduled: 1000, completed: 989, lost: 11 }, 'invalid', ['lost']],
    [{ scheduled: 1000, completed: 990, dropped: 10 }, 'valid', []],
    [{ scheduled: 1000, completed: 989, dropped: 11 }, 'suspect', ['past_knee']],
    [{ scheduled: 1000, completed: 500, failed: 500 }, 'valid', []],
    [{ scheduled: 1000, completed: 499, failed: 501 }, 'suspect', ['errors']],
    [{ scheduled: 10, cancelled: 10 }, 'valid', []],
    [{}, 'valid', []],
    [{ scheduled: 100, failed: 95, dropped: 3, lost: 2 }, 'invalid', ['lost', 'past_knee', 'errors']],
  ] as const)('%j is %s', (accounting, level, codes) => {
    expect(judged(accounting)).toMatchObject({ level, codes });
  });

  it('are given in words, with what was measured and the limit', () => {
    const { reasons } = judged({ scheduled: 2000, completed: 1900, lost: 30, dropped: 70 });
    expect(reasons).toEqual([
      {
        code: 'lost',
        detail:
          '30 of 2,000 requests (1.5%) are lost: whoever sent them stopped before the outcome was known (limit 1%).',
        measured: 0.015,
        limit: 0.01,
      },
      {
        code: 'past_knee',
        detail:
          "70 of 2,000 arrivals (3.5%) were dropped because max_in_flight was reached (limit 1%): this rate is above the server's capacity, so the percentiles depend on how long you ran.",
        measured: 0.035,
        limit: 0.01,
      },
    ]);
  });
});

describe('a rate above the capacity', () => {
  const quarters = [
    { arrivals: 300, completed: 170, medianTtftMs: 900 },
    { arrivals: 300, completed: 170, medianTtftMs: 2000 },
    { arrivals: 300, completed: 170, medianTtftMs: 4000 },
    { arrivals: 300, completed: 170, medianTtftMs: 6000 },
  ];

  it('is suspect, in words, never invalid', () => {
    const result = judged(fine, {}, [{ scenario: 'chat', quarters }]);
    expect(result).toMatchObject({ level: 'suspect', codes: ['past_knee'] });
    expect(result.reasons[0]?.detail).toBe(
      "The rate of chat is above the server's capacity: in the second half 340 of 600 arrivals (56.7%) were completed (limit 95%) and its median TTFT grew from 2000 to 6000 ms. The queue grows, so the percentiles depend on how long you ran.",
    );
  });

  it('is said once where arrivals were dropped as well', () => {
    const result = judged({ scheduled: 1000, completed: 500, dropped: 500 }, {}, [
      { scenario: 'chat', quarters },
    ]);
    expect(result.codes).toEqual(['past_knee']);
  });
});
