import { describe, expect, it } from 'vitest';
import { addAccounting, checkAccounting, emptyAccounting } from './accounting.ts';

const some = { scheduled: 21, completed: 1, failed: 2, dropped: 3, lost: 7, cancelled: 8 };

describe('accounting', () => {
  it('adds up', () => {
    expect(addAccounting(some, emptyAccounting)).toEqual(some);
    expect(addAccounting(some, { ...some, failed: 10 })).toEqual({
      scheduled: 42,
      completed: 2,
      failed: 12,
      dropped: 6,
      lost: 14,
      cancelled: 16,
    });
  });

  it('is right where every scheduled request ended in one way', () => {
    expect(() => checkAccounting(some)).not.toThrow();
    expect(() => checkAccounting(emptyAccounting)).not.toThrow();
  });

  it.each([
    ['one too few', { ...some, completed: 0 }],
    ['one too many', { ...some, cancelled: 9 }],
  ])('is an error with the numbers where there is %s', (_, accounting) => {
    expect(() => checkAccounting(accounting)).toThrow(
      expect.objectContaining({
        code: 'E_ACCOUNTING',
        exitCode: 1,
        message: expect.stringMatching(/^21 .* (20|22) /),
      }),
    );
  });
});
