import type { TruthQuantiles } from './truth-summary.ts';

const half = 1_024;
const maxUs = 3_600_000_000;

/** Durations counted in buckets that are at most 0.1 % (or 1 us) wide, from 0 to one hour; longer ones count as one hour. */
export class DurationHistogram {
  readonly #counts = new Uint32Array(bucketOf(maxUs) + 1);
  #count = 0;
  #sumMs = 0;
  #minMs = Infinity;
  #maxMs = -Infinity;

  record(durationMs: number): void {
    const us = Math.min(maxUs, Math.max(0, Math.round(durationMs * 1_000)));
    const bucket = bucketOf(us);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#sumMs += durationMs;
    if (durationMs < this.#minMs) this.#minMs = durationMs;
    if (durationMs > this.#maxMs) this.#maxMs = durationMs;
  }

  quantiles(): TruthQuantiles {
    const isEmpty = this.#count === 0;
    return {
      count: this.#count,
      min: isEmpty ? null : this.#minMs,
      mean: isEmpty ? null : this.#sumMs / this.#count,
      p50: this.#quantileMs(0.5),
      p90: this.#quantileMs(0.9),
      p99: this.#quantileMs(0.99),
      max: isEmpty ? null : this.#maxMs,
    };
  }

  /** The middle of the bucket in which the value of this rank lies (nearest rank), kept within minimum and maximum. */
  #quantileMs(ratio: number): number | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(ratio * this.#count));
    let seen = 0;
    let bucket = -1;
    while (seen < rank) seen += this.#counts[++bucket] ?? 0;
    return Math.min(this.#maxMs, Math.max(this.#minMs, middleUs(bucket) / 1_000));
  }
}

/** Values below 2,048 have a bucket each, then each power of two has 1,024. */
function bucketOf(us: number): number {
  const shift = 31 - Math.clz32(us) - 10;
  return shift <= 0 ? us : shift * half + (us >>> shift);
}

function middleUs(bucket: number): number {
  if (bucket < 2 * half) return bucket;
  const shift = Math.floor(bucket / half) - 1;
  const lowest = (bucket - shift * half) * 2 ** shift;
  return lowest + (2 ** shift - 1) / 2;
}
