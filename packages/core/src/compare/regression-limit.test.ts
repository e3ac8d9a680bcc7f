import { describe, expect, it } from 'vitest';
import { TokenstormError } from '../errors.ts';
import type { Difference } from './difference.ts';
import { parseRegressionLimit, regressionResult } from './regression-limit.ts';

function problemOf(metric: string, text: string): readonly [string, string | undefined] {
  try {
    parseRegressionLimit(metric, text);
  } catch (error) {
    if (error instanceof TokenstormError) return [error.message, error.hint];
  }
  throw new Error('it was taken');
}

function difference(changes: Partial<Difference>): Difference {
  const ends = { interval: [1, 2], interval_ratio: [0.1, 0.2] } as const;
  return {
    metric: 'm',
    unit: 'ms',
    base: 10,
    new: 11,
    change: 1,
    change_ratio: 0.1,
    ...ends,
    reason: null,
    judgement: 'worse',
    ...changes,
  };
}

describe('parseRegressionLimit', () => {
  it('reads shares of the base and percentage points', () => {
    expect(parseRegressionLimit('ttft.p95', '12.5%')).toEqual({
      metric: 'ttft.p95',
      text: '12.5%',
      amount: 0.125,
      of: 'base',
    });
    expect(parseRegressionLimit('errors', ' 0.5pp')).toEqual({
      metric: 'errors',
      text: '0.5pp',
      amount: 0.005,
      of: 'points',
    });
  });

  it.each([
    [
      'ttft.p59',
      '5%',
      'There is no figure `ttft.p59` to compare.',
      'There are mean, p1, p5, p50, p75, p90, p95, p99 and p999.',
    ],
    ['ttft', '5%', '`ttft` alone is no figure: which of its statistics?', 'such as ttft.p50 or ttft.p95'],
    ['error', '5%', 'There is no figure `error` to compare.', 'did you mean `errors`?'],
    ['tftt.p95', '5%', 'There is no figure `tftt.p95` to compare.', 'did you mean `ttft.p95`?'],
    [
      'ttft.p95',
      '0.5pp',
      '`ttft.p95` has no percentage points.',
      'Percentage points (pp) are for shares of requests: errors, goodput, dropped, lost. Write 10%.',
    ],
    ['ttft.p95', '50ms', '`50ms` is no limit for `ttft.p95`.', 'Write it like 10%.'],
    ['errors', '-1pp', '`-1pp` is no limit for `errors`.', 'Write it like 0.5pp or 10%.'],
  ])('refuses %s: %s', (metric, text, message, hint) => {
    expect(problemOf(metric, text)).toEqual([message, hint]);
  });
});

describe('regressionResult', () => {
  const tenPercent = parseRegressionLimit('ttft.p95', '10%');
  const halfPoint = parseRegressionLimit('errors', '0.5pp');
  it.each([
    [tenPercent, { change_ratio: 0.11 }, false],
    [tenPercent, { change_ratio: 0.09 }, true],
    [tenPercent, { change_ratio: 0.5, judgement: 'cannot_tell' }, true],
    [tenPercent, { change_ratio: -0.5, judgement: 'better' }, true],
    [halfPoint, { change: 0.006 }, false],
    [halfPoint, { change: 0.004 }, true],
    // From nothing to something is more than any share.
    [parseRegressionLimit('errors', '50%'), { base: 0, change: 0.001, change_ratio: null }, false],
  ] as const)('holds %o against %o', (limit, changes, passed) => {
    expect(regressionResult(limit, difference(changes)).passed).toBe(passed);
  });
});
