import { TokenstormError } from '@tokenstorm/core';
import type { LimitAmounts, LimitBuckets, LimitGrant, ObservedLimits, RateLimiter } from '@tokenstorm/core';
import { runKeys } from './keys.ts';
import { LimitHolder } from './limit-holder.ts';
import type { RoundTripWay } from './round-trips.ts';

/** The token buckets of a run in Redis: all its processes share them. */
export class RedisRateLimiter implements RateLimiter {
  readonly #way: RoundTripWay;
  readonly #runId: string;
  readonly #holders = new Map<string, LimitHolder>();

  constructor(way: RoundTripWay, runId: string) {
    this.#way = way;
    this.#runId = runId;
  }

  get isIdle(): boolean {
    return [...this.#holders.values()].every((holder) => holder.isIdle);
  }

  take(buckets: LimitBuckets, amounts: LimitAmounts): Promise<LimitGrant> {
    return this.#holder(buckets).take(amounts);
  }

  /** Counts here at once, for the others within 50 ms. */
  async settle(buckets: LimitBuckets, amounts: LimitAmounts): Promise<void> {
    this.#holder(buckets).settle(amounts);
  }

  lower(buckets: LimitBuckets, observed: ObservedLimits): Promise<void> {
    return this.#holder(buckets).lower(observed);
  }

  /** Gives back what is in stock, which takes until Redis has it. */
  async close(): Promise<void> {
    const closed = new TokenstormError('E_REDIS', 'the connection to Redis was ended');
    await Promise.all([...this.#holders.values()].map((holder) => holder.close(closed)));
  }

  #holder(buckets: LimitBuckets): LimitHolder {
    const known = this.#holders.get(buckets.key);
    if (known !== undefined) return known;
    const run = runKeys(this.#runId);
    const keys = { buckets: run.limit(buckets.key), index: run.limits, report: run.report };
    const made = new LimitHolder({ ...this.#way, buckets, keys });
    this.#holders.set(buckets.key, made);
    return made;
  }
}
