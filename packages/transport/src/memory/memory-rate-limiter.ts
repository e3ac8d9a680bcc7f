import type {
  Clock,
  LimitAmounts,
  LimitBuckets,
  LimitDimension,
  LimitGrant,
  ObservedLimits,
  RateLimiter,
} from '@tokenstorm/core';
import { TokenBucket } from './token-bucket.ts';

type BucketSet = ReadonlyMap<LimitDimension, TokenBucket>;

/** Token buckets in this process's memory. */
export class MemoryRateLimiter implements RateLimiter {
  readonly #clock: Clock;
  readonly #sets = new Map<string, BucketSet>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async take(buckets: LimitBuckets, amounts: LimitAmounts): Promise<LimitGrant> {
    const nowMs = this.#clock.nowMs();
    const set = this.#set(buckets, nowMs);
    let waitMs = -Infinity;
    for (const [dimension, bucket] of set) {
      waitMs = Math.max(waitMs, bucket.waitMs(amounts[dimension] ?? 0, nowMs));
    }
    if (waitMs > 0) return { granted: false, retryInMs: waitMs };
    charge(set, amounts, nowMs);
    return { granted: true, overdueMs: set.size === 0 ? 0 : Math.abs(waitMs) };
  }

  async settle(buckets: LimitBuckets, amounts: LimitAmounts): Promise<void> {
    const nowMs = this.#clock.nowMs();
    charge(this.#set(buckets, nowMs), amounts, nowMs);
  }

  async lower(buckets: LimitBuckets, observed: ObservedLimits): Promise<void> {
    const nowMs = this.#clock.nowMs();
    for (const [dimension, bucket] of this.#set(buckets, nowMs)) {
      const perMinute = observed.perMinute[dimension];
      const remaining = observed.remaining[dimension];
      if (perMinute !== undefined && perMinute > 0) bucket.slowDown(perMinute, nowMs);
      if (remaining !== undefined) bucket.leave(remaining, nowMs);
    }
  }

  #set({ key, perMinute, burstSeconds }: LimitBuckets, nowMs: number): BucketSet {
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const entries = Object.entries(perMinute) as [LimitDimension, number][];
    const made = new Map(
      entries.map(([dimension, rate]) => [dimension, new TokenBucket(rate, burstSeconds, nowMs)]),
    );
    this.#sets.set(key, made);
    return made;
  }
}

function charge(set: BucketSet, amounts: LimitAmounts, nowMs: number): void {
  for (const [dimension, bucket] of set) bucket.charge(amounts[dimension] ?? 0, nowMs);
}
