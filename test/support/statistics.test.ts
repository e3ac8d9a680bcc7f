import { expect, it } from 'vitest';
import {
  coefficientOfVariation,
  countsPerInterval,
  gaps,
  indexOfDispersion,
  mean,
  variance,
} from './statistics.ts';

it('agrees with values worked out by hand', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(variance([1, 2, 6])).toBe(7);
  expect(coefficientOfVariation([2, 4])).toBeCloseTo(Math.SQRT2 / 3, 12);
  expect(gaps([1, 4, 4, 10])).toEqual([3, 0, 6]);
  expect(countsPerInterval([0, 999, 1000, 2500, 3000], 1000, 3)).toEqual([2, 1, 1]);
  expect(indexOfDispersion([2, 4, 6])).toBe(1);
});
