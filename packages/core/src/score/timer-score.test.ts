import { describe, expect, it } from 'vitest';
import { timerScore } from './timer-score.ts';

describe('timerScore', () => {
  it.each([
    [0.6835, 0.5, 0.40927],
    [6.7565, 5, 0.14723],
    [0.68, 0.5, 0.41096],
    [6.76, 5, 0.14679],
    [1.85, 2, 0.5374],
  ])('of %d s against %d s is %d', (duration, target, score) => {
    expect(timerScore(duration, target)).toBeCloseTo(score, score === 0.5374 ? 4 : 5);
  });

  it.each([
    // Targets of exactly 1.5 and 5 have the slope 1 of those between.
    [1.4999, 2],
    [1.5, 1],
    [5, 1],
    [5.0001, 0.5],
  ])('falls at a target of %d s with a slope of %d', (target, slope) => {
    expect(timerScore(target, target)).toBe(0.5);
    expect(timerScore(target + 1, target)).toBeCloseTo(1 / (1 + Math.exp(slope)), 12);
  });

  it('stays within 0 and 1 however far off the duration is', () => {
    expect(timerScore(1e6, 0.5)).toBe(0);
    expect(timerScore(Infinity, 5)).toBe(0);
    expect(timerScore(0, 1e6)).toBe(1);
    expect(timerScore(0, 0.5)).toBeCloseTo(0.731, 3);
    expect(timerScore(0, 5)).toBeCloseTo(0.9933, 4);
  });

  it.each([0, -1, Number.NaN, Infinity])('has no target of %d', (target) => {
    expect(() => timerScore(1, target)).toThrow(/target must be above 0 seconds/);
  });

  it('has no duration that is not a number', () => {
    expect(() => timerScore(Number.NaN, 1)).toThrow('not a number');
  });
});
