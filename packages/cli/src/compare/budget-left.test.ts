import { expect, it } from 'vitest';
import { budgetLeft, isUsedUp } from './budget-left.ts';

const report = {
  on_exhausted: 'drain',
  exhausted: false,
  exhausted_after_s: null,
  usd: { limit: 5, used: 2 },
  tokens: null,
  requests: { limit: 10, used: 10 },
} as const;

it('is what a run did not use', () => {
  const left = budgetLeft({ usd: 5, requests: 10, onExhausted: 'drain' }, report);
  expect(left).toEqual({ usd: 3, requests: 0, onExhausted: 'drain' });
  expect(isUsedUp(left)).toBe(true);
});

it('is nothing where nobody knows what was used', () => {
  const unknown = { ...report, usd: { limit: 5, used: null }, requests: null };
  expect(budgetLeft({ usd: 5, onExhausted: 'stop' }, unknown)).toEqual({ usd: 0, onExhausted: 'stop' });
});

it('is no bound where there is none', () => {
  expect(budgetLeft(undefined, null)).toBeUndefined();
  expect(isUsedUp(undefined)).toBe(false);
});
