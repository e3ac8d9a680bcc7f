import { describe, expect, it } from 'vitest';
import { passedKnee } from './load-course.ts';

function course(completed: readonly number[], medianTtftMs: readonly (number | undefined)[]) {
  return {
    scenario: 'chat',
    quarters: completed.map((count, index) => {
      const median = medianTtftMs[index];
      return { arrivals: 100, completed: count, ...(median !== undefined && { medianTtftMs: median }) };
    }),
  };
}

describe('passedKnee', () => {
  it('finds a queue that grows', () => {
    expect(passedKnee(course([60, 57, 57, 57], [300, 1000, 3000, 5000]))).toEqual({
      scenario: 'chat',
      arrivals: 200,
      completed: 114,
      ttftBeforeMs: 1000,
      ttftAfterMs: 5000,
    });
  });

  it.each([
    ['everything completes, though later and later', [100, 100, 95, 95], [100, 100, 150, 200]],
    ['some are missing at an even TTFT', [90, 90, 90, 90], [100, 100, 100, 150]],
    ['no request was streamed', [50, 50, 50, 50], [undefined, undefined, undefined, undefined]],
    ['nothing completed', [0, 0, 0, 0], [undefined, undefined, undefined, undefined]],
  ] as const)('finds nothing where %s', (_, completed, medianTtftMs) => {
    expect(passedKnee(course(completed, medianTtftMs))).toBeUndefined();
  });

  it('says nothing of a load without four quarters', () => {
    expect(passedKnee({ scenario: 'chat', quarters: [] })).toBeUndefined();
  });
});
