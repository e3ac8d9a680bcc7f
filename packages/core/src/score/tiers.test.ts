import { describe, expect, it } from 'vitest';
import { tiersOf, tokenRateTier, ttftTier } from './tiers.ts';

describe('tiers', () => {
  it.each([
    [0, 'excellent'],
    [0.999, 'excellent'],
    [1, 'good'],
    [1.999, 'good'],
    [2, 'fair'],
    [4, 'fair'],
    [4.001, 'poor'],
  ])('of a TTFT of %d s are %s', (seconds, tier) => {
    expect(ttftTier(seconds)).toBe(tier);
  });

  it.each([
    [100.1, 'excellent'],
    [100, 'good'],
    [50, 'good'],
    [49.9, 'fair'],
    [25, 'fair'],
    [24.9, 'poor'],
    [0, 'poor'],
  ])('of %d tokens per second are %s', (rate, tier) => {
    expect(tokenRateTier(rate)).toBe(tier);
  });

  it.each([
    [{ ttftMs: 999, tokensPerSecond: 101 }, 'excellent'],
    [{ ttftMs: 999, tokensPerSecond: 30 }, 'fair'],
    [{ ttftMs: 4001, tokensPerSecond: 101 }, 'poor'],
    [{ ttftMs: 1000 }, 'good'],
    [{ tokensPerSecond: 10 }, 'poor'],
    [{}, null],
  ])('of %j are %s over all, the worse of the two', (figures, tier) => {
    expect(tiersOf(figures).overall).toBe(tier);
  });
});
