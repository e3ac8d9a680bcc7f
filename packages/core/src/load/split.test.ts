import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitByWeight } from './split.ts';

describe('splitByWeight', () => {
  it.each([
    [10, [0.5, 0.3, 0.2], [5, 3, 2]],
    [10, [1, 1, 1], [4, 3, 3]],
    // Exact shares 4.86, 2.72, 2.42: the two left over go to 0.86 and 0.72.
    [10, [0.486, 0.272, 0.242], [5, 3, 2]],
    [1, [0.3, 0.7], [0, 1]],
    [0, [0.5, 0.5], [0, 0]],
    [100, [0.29, 0.71], [29, 71]],
    [7, [1, 0], [7, 0]],
  ])('splits %d by %j', (total, weights, expected) => {
    expect(splitByWeight(total, weights)).toEqual(expected);
  });

  it('sums to the total, each part less than 1 from its exact share', () => {
    const weights = fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })
      .filter((list) => list.some((weight) => weight > 1e-6));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), weights, (total, list) => {
        const parts = splitByWeight(total, list);
        const sum = list.reduce((a, b) => a + b, 0);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
        parts.forEach((part, i) => expect(Math.abs(part - (total * (list[i] ?? 0)) / sum)).toBeLessThan(1));
      }),
    );
  });
});
