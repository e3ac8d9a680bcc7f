import { Random } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

/** 60 a minute: one a second. */
const perMinute = 60;

describe('TokenBucket', () => {
  it('starts full, and is refilled at its rate', () => {
    const bucket = new TokenBucket(perMinute, 5, 0);
    bucket.charge(5, 0);
    expect(bucket.waitMs(1, 0)).toBe(1000);
    expect(bucket.waitMs(1, 400)).toBeCloseTo(600, 9);
    expect(bucket.waitMs(1, 1000)).toBe(0);
  });

  it('holds no more than its size', () => {
    const bucket = new TokenBucket(perMinute, 5, 0);
    bucket.charge(1, 0);
    bucket.charge(-3, 0);
    bucket.charge(5, 60_000);
    expect(bucket.waitMs(1, 60_000)).toBe(1000);
  });

  it('says since when an amount has been there', () => {
    const bucket = new TokenBucket(perMinute, 5, 0);
    bucket.charge(5, 0);
    expect(bucket.waitMs(2, 3500)).toBe(-1500);
  });

  it('may be in debt, and refuses even nothing until it is out of it', () => {
    const bucket = new TokenBucket(perMinute, 5, 0);
    bucket.charge(8, 0);
    expect(bucket.waitMs(0, 0)).toBe(3000);
    expect(bucket.waitMs(1, 3000)).toBe(1000);
  });

  it('grows with an amount that is larger than it is, which is there at once', () => {
    const bucket = new TokenBucket(perMinute, 1, 0);
    expect(bucket.waitMs(30, 0)).toBe(0);
    bucket.charge(30, 0);
    expect(bucket.waitMs(30, 10_000)).toBe(20_000);
  });

  it('slows down and gets smaller, but never faster', () => {
    const bucket = new TokenBucket(perMinute, 10, 0);
    bucket.slowDown(600, 0);
    bucket.slowDown(30, 0);
    bucket.charge(5, 0);
    expect(bucket.waitMs(1, 0)).toBe(2000);
  });

  it('leaves at most what remains', () => {
    const bucket = new TokenBucket(perMinute, 10, 0);
    bucket.leave(2, 0);
    bucket.leave(7, 0);
    expect(bucket.waitMs(3, 0)).toBe(1000);
  });

  it('keeps every window to its rate and its size, whatever is asked and when', () => {
    for (const random of randoms(300)) {
      const burstSeconds = whole(random, 1, 10);
      const asked = Array.from({ length: whole(random, 1, 60) }, () => ({
        gapMs: whole(random, 0, 3000),
        amount: whole(random, 1, 40),
      }));
      const size = Math.max(burstSeconds, ...asked.map(({ amount }) => amount));
      expectWindowsKept(grantsOf(asked, new TokenBucket(perMinute, burstSeconds, 0)), size);
    }
  });

  it('loses nothing while somebody waits: what came late was granted as soon as it could be', () => {
    for (const random of randoms(300)) {
      const asked = Array.from({ length: whole(random, 1, 60) }, () => ({
        gapMs: 0,
        amount: whole(random, 1, 40),
      }));
      const grants = grantsOf(asked, new TokenBucket(perMinute, 1, 0));
      const total = asked.reduce((sum, { amount }) => sum + amount, 0);
      const size = Math.max(...asked.map(({ amount }) => amount));
      expect(grants.at(-1)!.atMs).toBeCloseTo((total - size) * 1000, 3);
    }
  });
});

/** So many seeded generators. */
function randoms(count: number): Random[] {
  return Array.from({ length: count }, (_, seed) => new Random(`bucket ${seed}`));
}

/** A whole number between both, which it may be. */
function whole(random: Random, least: number, most: number): number {
  return least + Math.floor(random.nextUnit() * (most - least + 1));
}

/** One a second, and the bucket's size: no window that starts with a grant has more. */
function expectWindowsKept(
  grants: readonly { readonly atMs: number; readonly amount: number }[],
  size: number,
) {
  grants.forEach((first, index) => {
    let sum = 0;
    for (const { atMs, amount } of grants.slice(index)) {
      sum += amount;
      if (sum > (atMs - first.atMs) / 1000 + size + 1e-5)
        throw new Error(`${sum} in ${atMs - first.atMs} ms`);
    }
  });
}

/** When a queue in front of the bucket would be let through, each at the moment that it was told. */
function grantsOf(
  asked: readonly { readonly gapMs: number; readonly amount: number }[],
  bucket: TokenBucket,
) {
  let askedMs = 0;
  let nowMs = 0;
  return asked.map(({ gapMs, amount }) => {
    askedMs += gapMs;
    nowMs = Math.max(nowMs, askedMs);
    nowMs += Math.max(0, bucket.waitMs(amount, nowMs));
    expect(bucket.waitMs(amount, nowMs)).toBeLessThanOrEqual(0);
    bucket.charge(amount, nowMs);
    return { atMs: nowMs, amount };
  });
}
