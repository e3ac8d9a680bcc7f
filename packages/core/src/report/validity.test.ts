import { describe, expect, it } from 'vitest';
import type { Accounting } from '../metrics/snapshot.ts';
import { Trend } from '../metrics/trend.ts';
import type { TrendName } from '../metrics/definitions.ts';
import { validityOf } from './validity.ts';
import type { ValidityInput } from './validity.ts';

/** The verdict on a run; of each metric with values there is one distribution. */
function judged(
  accounting: Partial<Accounting>,
  values: Partial<Record<TrendName, readonly number[]>> = {},
  rest: Partial<Omit<ValidityInput, 'accounting' | 'trends'>> = {},
) {
  const trends = new Map<TrendName, Trend>();
  for (const name of ['ttft', 'icl', 'schedule_lag', 'send_delay'] as const) {
    const trend = new Trend();
    trend.recordAll(values[name] ?? []);
    trends.set(name, trend);
  }
  const nothing = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };
  const { level, reasons } = validityOf({
    accounting: { ...nothing, ...accounting },
    trends,
    courses: [],
    generator: {},
    ...rest,
  });
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

describe('the stamp-error bound', () => {
  const streamed = (iclMs: number) => ({ ttft: [50], icl: [iclMs] });

  it.each([
    // 5 ms is the limit while the median gap is at most 25 ms; 1.25 ms, its quarter, makes a run suspect.
    [1.25, 20, 'valid', undefined],
    [1.26, 20, 'suspect', 1.25],
    [5, 20, 'suspect', 1.25],
    [5.01, 20, 'invalid', 5],
    // 20 % of 100 ms is 20 ms, a quarter of it 5 ms.
    [5, 100, 'valid', undefined],
    [5.1, 100, 'suspect', 5],
    [19.9, 100, 'suspect', 5],
    [20.1, 100, 'invalid', 20],
  ] as const)('of %d ms at a median gap of %d ms is %s', (stampErrorBoundP99Ms, iclMs, level, limit) => {
    const result = judged(fine, streamed(iclMs), { generator: { stampErrorBoundP99Ms } });
    expect(result.level).toBe(level);
    expect(result.reasons).toMatchObject(
      limit === undefined
        ? []
        : [
            {
              code: 'stamp_error_bound',
              measured: stampErrorBoundP99Ms,
              limit: expect.closeTo(limit, 1),
            },
          ],
    );
  });

  it('is held to 5 ms where the answers have one token, and to nothing where none was streamed', () => {
    const generator = { stampErrorBoundP99Ms: 6 };
    expect(judged(fine, { ttft: [50] }, { generator }).reasons).toMatchObject([{ limit: 5 }]);
    expect(judged(fine, {}, { generator }).level).toBe('valid');
  });

  it('is explained', () => {
    expect(
      judged(fine, streamed(20), { generator: { stampErrorBoundP99Ms: 12.34 } }).reasons[0]?.detail,
    ).toBe(
      "The load generator was too busy to look at its connections at once: one time stamp in 100 may be late by 12.3 ms or more (limit 5 ms), and each TTFT and gap between tokens as far off. Lower the load, add workers, or free the machine's CPU.",
    );
  });
});

describe('the machine and the clock', () => {
  it.each([
    [{ runQueueDelayRatio: 0.1 }, []],
    [{ runQueueDelayRatio: 0.1001 }, ['run_queue_delay']],
    [{ runQueueDelayRatio: 0.9 }, ['run_queue_delay']],
    [{ clockErrorMs: 5 }, []],
    [{ clockErrorMs: 5.01 }, ['clock_error']],
    [{ clockErrorMs: 0.3, clockErrorBoundMs: 75 }, []],
    [{ cpuRatio: 0.99, eventLoopDelayP99Ms: 80, rssBytes: 1e9 }, []],
  ])('%j gives %j, never invalid', (generator, codes) => {
    const result = judged(fine, { ttft: [50], icl: [5] }, { generator });
    expect(result).toMatchObject({ level: codes.length === 0 ? 'valid' : 'suspect', codes });
  });

  it('are explained', () => {
    const { reasons } = judged(fine, {}, { generator: { runQueueDelayRatio: 0.25, clockErrorMs: 7.2 } });
    expect(reasons).toEqual([
      {
        code: 'run_queue_delay',
        detail:
          'The load generator was ready to run and got no CPU for 25% of the time (limit 10%): other programs want the same cores. Stop them, or run the generator on a machine of its own.',
        measured: 0.25,
        limit: 0.1,
      },
      {
        code: 'clock_error',
        detail:
          "The clock of a worker may be 7.2 ms off the run's (limit 5 ms): workers do not start their requests together as closely as planned. Check the network between the workers and Redis: answers to the same question take very different times.",
        measured: 7.2,
        limit: 5,
      },
    ]);
  });
});

describe('token counts', () => {
  it.each([
    [{ provider: 1000, tokenizer: 1000 }, 'valid', undefined],
    [{ provider: 1100, tokenizer: 1000 }, 'valid', undefined],
    [{ provider: 1101, tokenizer: 1000 }, 'suspect', 0.101],
    [{ provider: 900, tokenizer: 1000 }, 'valid', undefined],
    [{ provider: 899, tokenizer: 1000 }, 'suspect', 0.101],
    [{ provider: 5, tokenizer: 0 }, 'suspect', 1],
    [{ provider: 0, tokenizer: 0 }, 'valid', undefined],
  ] as const)('%j are %s', (tokenCounts, level, measured) => {
    const result = judged(fine, {}, { tokenCounts });
    expect(result.level).toBe(level);
    expect(result.reasons).toMatchObject(
      measured === undefined ? [] : [{ code: 'token_counts', measured, limit: 0.1 }],
    );
  });

  it('are explained', () => {
    expect(judged(fine, {}, { tokenCounts: { provider: 1500, tokenizer: 1200 } }).reasons[0]?.detail).toBe(
      "Of the same answers the provider counted 1,500 output tokens and the tokenizer 1,200: 25% apart (limit 10%). Figures per token follow the provider; check that the tokenizer is the model's own.",
    );
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

  it('that make a run invalid come first', () => {
    const late = { schedule_lag: [6], ttft: [50] };
    expect(judged({ scheduled: 100, completed: 90, lost: 10 }, late).codes).toEqual(['lost', 'schedule_lag']);
  });

  it('are given in words, with what was measured and the limit', () => {
    const { reasons } = judged({ scheduled: 2000, completed: 1900, lost: 30, dropped: 70 });
    expect(reasons).toEqual([
      {
        code: 'lost',
        detail:
          '30 of 2,000 requests (1.5%) are lost: whoever sent them stopped before the outcome was known (limit 1%). Find out what ended it.',
        measured: 0.015,
        limit: 0.01,
      },
      {
        code: 'past_knee',
        detail:
          "70 of 2,000 arrivals (3.5%) were dropped because max_in_flight was reached (limit 1%): this rate is above the server's capacity; the percentiles depend on how long you ran. Lower the rate until this reason is gone.",
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
    const result = judged(fine, {}, { courses: [{ scenario: 'chat', quarters }] });
    expect(result).toMatchObject({ level: 'suspect', codes: ['past_knee'] });
    expect(result.reasons[0]?.detail).toBe(
      "The server's queue grows under chat: in the second half 340 of 600 arrivals (56.7%) were completed (limit 95%) and its median TTFT grew from 2000 ms to 6000 ms: this rate is above the server's capacity; the percentiles depend on how long you ran. Lower the rate until this reason is gone.",
    );
  });

  it('is said once where arrivals were dropped as well', () => {
    const result = judged(
      { scheduled: 1000, completed: 500, dropped: 500 },
      {},
      { courses: [{ scenario: 'chat', quarters }] },
    );
    expect(result.codes).toEqual(['past_knee']);
  });
});

describe('what is missing', () => {
  it('makes a run suspect where a part of the load never came to its end, whether requests are known to be lost or not', () => {
    expect(judged(fine, {}, { missingShards: 0 }).level).toBe('valid');
    expect(judged(fine, {}, { missingShards: 2 })).toMatchObject({ level: 'suspect', codes: ['incomplete'] });
  });

  it('makes a run invalid that the loss of a worker ended', () => {
    const lostWorker = { region: 'eu-west', atMs: 12_340 };
    const { level, reasons } = judged({ scheduled: 1000, completed: 999, lost: 1 }, {}, { lostWorker });
    expect([level, reasons.map(({ code }) => code)]).toEqual(['invalid', ['worker_lost', 'lost']]);
    expect(reasons[0]?.detail).toContain('in eu-west was lost 12.3 s after the start');
  });
});
