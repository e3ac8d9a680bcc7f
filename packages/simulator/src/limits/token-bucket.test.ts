import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
  it('starts full, refills evenly, and never above its capacity', () => {
    const bucket = new TokenBucket(600, 50, 0);
    expect(bucket.level(0)).toBe(50);
    bucket.take(40, 0);
    // 10 a second.
    expect(bucket.level(1_500)).toBeCloseTo(25, 9);
    expect(bucket.level(60_000)).toBe(50);
  });

  it('says how long to wait, and that waiting is of no use', () => {
    const bucket = new TokenBucket(600, 50, 0);
    bucket.take(45, 0);
    expect(bucket.waitMs(5, 0)).toBe(0);
    expect(bucket.waitMs(25, 0)).toBeCloseTo(2_000, 3);
    expect(bucket.waitMs(25, 2_000)).toBe(0);
    expect(bucket.waitMs(51, 0)).toBe(Infinity);
  });

  it('falls below zero by what is charged later, and takes back what was not used', () => {
    const bucket = new TokenBucket(600, 50, 0);
    bucket.take(50, 0);
    bucket.take(30, 0);
    expect(bucket.level(0)).toBe(-30);
    expect(bucket.waitMs(10, 0)).toBeCloseTo(4_000, 3);
    bucket.take(-200, 0);
    expect(bucket.level(0)).toBe(50);
  });

  it('does not run backwards', () => {
    const bucket = new TokenBucket(600, 50, 1_000);
    bucket.take(50, 1_000);
    expect(bucket.level(500)).toBe(0);
    expect(bucket.level(1_000)).toBe(0);
  });
});
