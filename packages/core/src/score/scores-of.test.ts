import { describe, expect, it } from 'vitest';
import { Trend } from '../metrics/trend.ts';
import type { TrendName } from '../metrics/trend-definitions.ts';
import { scoresOf, tiersOfTrends } from './scores-of.ts';
import { timerScore } from './timer-score.ts';

function trendsOf(values: Partial<Record<TrendName, readonly number[]>>): Map<TrendName, Trend> {
  return new Map(
    Object.entries(values).map(([name, list]) => {
      const trend = new Trend();
      trend.recordAll(list);
      return [name as TrendName, trend];
    }),
  );
}

/** 1,000 durations in ms up to 10 times the target. */
function spread(targetMs: number): number[] {
  return Array.from({ length: 1000 }, (_, index) => ((index + 1) / 100) * targetMs);
}

describe('the scores of many requests', () => {
  it('are the mean of theirs, and those of the percentiles', () => {
    const trends = trendsOf({ ttft: [250, 500, 750, 1000], e2e: [1000, 3000, 5000, 9000] });
    const { first_token: first, total } = scoresOf(trends, { firstTokenMs: 500, totalMs: 5000 })!;
    const meanOf = (seconds: readonly number[], target: number) =>
      seconds.reduce((sum, one) => sum + timerScore(one, target), 0) / seconds.length;
    expect(first?.mean).toBeCloseTo(meanOf([0.25, 0.5, 0.75, 1], 0.5), 3);
    expect(first?.p50).toBeCloseTo(0.5, 3);
    expect(total?.mean).toBeCloseTo(meanOf([1, 3, 5, 9], 5), 3);
    expect(total?.p95).toBeCloseTo(timerScore(9, 5), 3);
    expect([first?.target_s, total?.target_s]).toEqual([0.5, 5]);
  });

  it.each([
    [200, 0.001],
    [5000, 0.001],
    [10_000, 0.001],
    [100_000, 0.01],
  ])('are as exact with a target of %d ms as is said', (targetMs, bound) => {
    const values = spread(targetMs);
    const { total } = scoresOf(trendsOf({ e2e: values }), { totalMs: targetMs })!;
    const exact = values.reduce((sum, ms) => sum + timerScore(ms / 1000, targetMs / 1000), 0) / values.length;
    expect(Math.abs(total!.mean - exact)).toBeLessThan(bound);
  });

  it('are those that have a target and data', () => {
    expect(scoresOf(trendsOf({ ttft: [1] }), undefined)).toBeNull();
    expect(scoresOf(trendsOf({ ttft: [1] }), { totalMs: 5 })).toEqual({});
  });
});

describe('the tiers of many requests', () => {
  it('are those of the medians', () => {
    const trends = trendsOf({ ttft: [500, 1500, 9000], output_tokens_per_second: [200, 60, 5] });
    expect(tiersOfTrends(trends)).toEqual({
      ttft: 'good',
      output_tokens_per_second: 'good',
      overall: 'good',
    });
  });

  it('are unknown where neither is', () => {
    expect(tiersOfTrends(trendsOf({ e2e: [1] }))).toBeNull();
  });
});
