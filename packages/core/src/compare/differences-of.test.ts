import { describe, expect, it } from 'vitest';
import { Trend } from '../metrics/trend.ts';
import { distributionsOf } from '../report/distributions.ts';
import type { Difference, Measured } from './difference.ts';
import { differencesOf, withheld } from './differences-of.ts';

/** `count` values that are spread evenly around `middle`, as far as `width` of it. */
function evenly(count: number, middle: number, width: number): number[] {
  return Array.from(
    { length: count },
    (_, index) => middle * (1 + width * ((2 * (index + 0.5)) / count - 1)),
  );
}

function run(
  values: readonly number[],
  rest: { accounting?: Partial<Measured['accounting']>; throughput?: Measured['throughput'] } = {},
): Measured {
  const trend = new Trend();
  trend.recordAll(values);
  const trends = new Map([['ttft', trend]] as const);
  const none = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };
  return {
    accounting: { ...none, scheduled: values.length, completed: values.length, ...rest.accounting },
    metrics: { ttft: trend.summary('ms') },
    distributions: distributionsOf(trends),
    cost: null,
    ...(rest.throughput !== undefined && { throughput: rest.throughput }),
  };
}

function difference(
  metric: string,
  base: readonly Measured[],
  next: readonly Measured[],
  options = {},
): Difference {
  const [found] = differencesOf(base, next, { metrics: [metric], ...options });
  return found!;
}

describe('differencesOf', () => {
  it('gives a percentile an interval as wide as its binomial ranks say', () => {
    // Of 10,000 even values on 50..150 the median's standard error is 100 x 0.5 / 100 = 0.5, that of a difference 0.5 x 2^0.5.
    const base = run(evenly(10_000, 100, 0.5));
    const found = difference('ttft.p50', [base], [run(evenly(10_000, 103, 0.5))]);
    const [low, high] = found.interval!;
    expect(found.change! / 3).toBeCloseTo(1, 1);
    expect((high - low) / (2 * 1.96 * Math.SQRT1_2 * 1.015)).toBeCloseTo(1, 1);
    expect(found).toMatchObject({ unit: 'ms', judgement: 'worse', reason: null });
    expect(found.interval_ratio![0]).toBeCloseTo(low / 100, 2);
  });

  it('gives a mean the interval of its standard error', () => {
    // Even values on 50..150 have the standard deviation 100 / 12^0.5 = 28.87; of 2,500: an error of 0.5774, times 2^0.5.
    const side = run(evenly(2500, 100, 0.5));
    const [low, high] = difference('ttft.mean', [side], [side]).interval!;
    expect((high - low) / (2 * 1.96 * 0.5774 * Math.SQRT2)).toBeCloseTo(1, 1);
    expect(Math.abs(low + high)).toBeLessThan(0.2);
  });

  it('judges by the direction of the metric, and by what matters', () => {
    const base = run(evenly(4000, 100, 0.5));
    expect(difference('ttft.p50', [base], [run(evenly(4000, 90, 0.5))]).judgement).toBe('better');
    expect(difference('ttft.p50', [base], [base]).judgement).toBe('no_difference');
    const few = run(evenly(100, 100, 0.5));
    expect(difference('ttft.p50', [few], [few])).toMatchObject({
      judgement: 'cannot_tell',
      reason: 'the interval holds 0 and changes of more than 5%: more requests narrow it',
    });
    const margins = new Map([['ttft.p50', { amount: 0.5, of: 'base' }]]);
    expect(difference('ttft.p50', [few], [few], { margins }).judgement).toBe('no_difference');
  });

  it('concludes nothing from fewer values than a percentile needs', () => {
    const few = run(evenly(661, 100, 0.5));
    expect(difference('ttft.p99', [few], [run(evenly(661, 200, 0.5))])).toMatchObject({
      change_ratio: expect.closeTo(1, 1),
      interval: null,
      judgement: 'cannot_tell',
      reason: 'base has 661 values, p99 needs 662',
    });
    const enough = run(evenly(662, 100, 0.5));
    expect(difference('ttft.p99', [enough], [run(evenly(662, 200, 0.5))]).judgement).toBe('worse');
  });

  it('counts a request with several values of a metric once', () => {
    const gaps = { ...run(evenly(10_000, 100, 0.5)), accounting: run(evenly(500, 1, 0)).accounting };
    const asIcl = (one: Measured): Measured => ({
      ...one,
      metrics: { icl: one.metrics.ttft! },
      distributions: { icl: one.distributions!.ttft! },
    });
    expect(difference('icl.p99', [asIcl(gaps)], [asIcl(gaps)]).reason).toBe(
      'base has 500 values, p99 needs 662',
    );
  });

  it('knows how rare a failure may be that was not seen', () => {
    const clean = run(evenly(1000, 100, 0.5));
    const failing = run(evenly(1000, 100, 0.5), { accounting: { completed: 970, failed: 30 } });
    const same = difference('errors', [clean], [clean]);
    expect(same).toMatchObject({
      base: 0,
      new: 0,
      change: 0,
      change_ratio: null,
      judgement: 'no_difference',
    });
    // Of 1,000 requests without a failure Jeffreys' interval ends at 0.25 %.
    expect(same.interval![1]).toBeGreaterThan(0.0015);
    expect(same.interval![1]).toBeLessThan(0.0035);
    expect(difference('errors', [clean], [failing])).toMatchObject({ new: 0.03, judgement: 'worse' });
    expect(difference('errors', [failing], [clean]).judgement).toBe('better');
  });

  it('says what it cannot know', () => {
    const rate = (perSecond: number) => ({
      requests_per_second: perSecond,
      output_tokens_per_second: null,
      goodput_ratio: null,
    });
    const side = (perSecond: number) => run(evenly(1000, 100, 0.5), { throughput: rate(perSecond) });
    const name = 'throughput.requests_per_second';
    expect(difference(name, [side(20)], [side(10)])).toMatchObject({
      change: -10,
      interval: null,
      judgement: 'cannot_tell',
      reason: 'a run has one value of it: give several runs of a side',
    });
    const threeRuns = (perSecond: number) => [0.99, 1, 1.01].map((factor) => side(perSecond * factor));
    expect(difference(name, threeRuns(20), threeRuns(10)).judgement).toBe('worse');
    expect(difference('ttft.p50', [side(1)], [{ ...side(1), metrics: {} }])).toMatchObject({
      new: null,
      judgement: 'cannot_tell',
      reason: 'no values on the new side',
    });
    const { distributions: _, ...old } = side(1);
    expect(difference('ttft.p50', [old], [side(1)]).reason).toBe(
      'base comes from a version that kept no distributions',
    );
    expect(differencesOf([side(1)], [side(1)], { metrics: ['tpot.p50', 'nonsense'] })).toEqual([]);
  });

  it('widens with what the runs of a side differ by', () => {
    const runs = (middles: readonly number[]) => middles.map((middle) => run(evenly(4000, middle, 0.5)));
    const alone = difference('ttft.p50', runs([100]), runs([106]));
    expect(alone.judgement).toBe('worse');
    const together = difference('ttft.p50', runs([95, 100, 105]), runs([101, 106, 111]));
    expect(together).toMatchObject({ judgement: 'cannot_tell' });
    // Student's: 2.776 (4 degrees of freedom) x 5 % x (2/3)^0.5 to each side.
    const [low, high] = together.interval_ratio!;
    expect((high - low) / (2 * 2.776 * 0.0486 * Math.sqrt(2 / 3))).toBeCloseTo(1, 0);
  });

  it('says the same again for the same seed, whatever else is compared', () => {
    const [base, next] = [run(evenly(500, 100, 0.5)), run(evenly(500, 104, 0.5))];
    const all = differencesOf([base], [next]);
    expect(all.find(({ metric }) => metric === 'ttft.p95')).toEqual(difference('ttft.p95', [base], [next]));
    expect(difference('ttft.p95', [base], [next], { seed: 1 })).not.toEqual(
      difference('ttft.p95', [base], [next]),
    );
  });

  it('can be withheld', () => {
    const base = run(evenly(500, 100, 0.5));
    expect(withheld(differencesOf([base], [base]), 'new is invalid')).toSatisfy((all: Difference[]) =>
      all.every(({ judgement, reason }) => judgement === 'cannot_tell' && reason === 'new is invalid'),
    );
  });
});
