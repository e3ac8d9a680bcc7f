import { limitRates } from '../settings/limit-behaviour.ts';
import type { LimitBehaviour, LimitDimension } from '../settings/limit-behaviour.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a request takes from the buckets, in tokens. */
export interface LimitedTokens {
  readonly input: number;
  readonly output: number;
}

/** How full a bucket is, as a server says it in headers. */
export interface LimitState {
  readonly dimension: LimitDimension;
  /** Per minute. */
  readonly limit: number;
  /** Whole, at least 0. */
  readonly remaining: number;
  /** Until the bucket is full. */
  readonly resetMs: number;
}

/** Why a request was refused. */
export interface LimitRefusal {
  readonly dimension: LimitDimension;
  /** Per minute. */
  readonly limit: number;
  readonly requested: number;
  /** Until every bucket has what was asked; Infinity where one never will. */
  readonly waitMs: number;
}

interface Limit {
  readonly dimension: LimitDimension;
  readonly perMinute: number;
  readonly bucket: TokenBucket;
}

/** The rate limits of a model, or of all models that share them. */
export class RateLimits {
  readonly #limits: readonly Limit[];
  readonly #isEnforced: boolean;

  constructor(behaviour: LimitBehaviour, nowMs: number) {
    this.#isEnforced = behaviour.limitMode === 'enforce';
    this.#limits = [...limitRates(behaviour)].map(([dimension, perMinute]) => {
      const burst = (perMinute * behaviour.limitBurstSeconds) / 60;
      const capacity = dimension === 'requests' ? Math.max(1, burst) : burst;
      return { dimension, perMinute, bucket: new TokenBucket(perMinute, capacity, nowMs) };
    });
  }

  /** Takes a request and its tokens from every bucket, or nothing from any and says why. */
  take(tokens: LimitedTokens, nowMs: number): LimitRefusal | null {
    const refusal = this.#isEnforced ? this.#refusal(tokens, nowMs) : null;
    if (refusal === null)
      for (const { dimension, bucket } of this.#limits) bucket.take(amountOf(dimension, tokens), nowMs);
    return refusal;
  }

  /** Corrects what a request took, now that it is over. */
  settle(taken: LimitedTokens, used: LimitedTokens, nowMs: number): void {
    for (const { dimension, bucket } of this.#limits) {
      if (dimension === 'requests') continue;
      bucket.take(amountOf(dimension, used) - amountOf(dimension, taken), nowMs);
    }
  }

  states(nowMs: number): LimitState[] {
    return this.#limits.map(({ dimension, perMinute, bucket }) => ({
      dimension,
      limit: perMinute,
      remaining: Math.max(0, Math.floor(bucket.level(nowMs) + 1e-6)),
      resetMs: bucket.waitMs(bucket.capacity, nowMs),
    }));
  }

  /** The limit that is the last to have enough. */
  #refusal(tokens: LimitedTokens, nowMs: number): LimitRefusal | null {
    let refusal: LimitRefusal | null = null;
    for (const { dimension, perMinute, bucket } of this.#limits) {
      const requested = amountOf(dimension, tokens);
      const waitMs = bucket.waitMs(requested, nowMs);
      if (waitMs > (refusal?.waitMs ?? 0)) refusal = { dimension, limit: perMinute, requested, waitMs };
    }
    return refusal;
  }
}

function amountOf(dimension: LimitDimension, { input, output }: LimitedTokens): number {
  switch (dimension) {
    case 'requests':
      return 1;
    case 'tokens':
      return input + output;
    case 'input_tokens':
      return input;
    case 'output_tokens':
      return output;
  }
}
