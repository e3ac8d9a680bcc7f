import type { HistogramBucket } from '../metrics/histogram.ts';
import { distributionBuckets } from '../report/distributions.ts';

/** The values of one or several runs, known to their buckets: a value is taken to lie anywhere in its bucket, which is at most 0.1 % wide. */
export class PooledValues {
  readonly #buckets: readonly HistogramBucket[];
  /** Values up to the end of each bucket. */
  readonly #upTo: Float64Array;

  constructor(encoded: readonly string[]) {
    this.#buckets = merged(encoded.map(distributionBuckets));
    this.#upTo = new Float64Array(this.#buckets.length);
    let count = 0;
    for (const [index, bucket] of this.#buckets.entries()) this.#upTo[index] = count += bucket.count;
  }

  get count(): number {
    return this.#upTo.at(-1) ?? 0;
  }

  /** The value below which the share `share` (0..1) of all values lies; 0 without values. */
  valueAt(share: number): number {
    const rank = share * this.count;
    const index = this.#bucketOf(rank);
    const bucket = this.#buckets[index];
    if (bucket === undefined) return 0;
    const within = (rank - (this.#upTo[index - 1] ?? 0)) / bucket.count;
    return bucket.from + (bucket.to - bucket.from) * within;
  }

  /** Index of the bucket that holds the value of this rank. */
  #bucketOf(rank: number): number {
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#upTo[middle]! < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function merged(sets: readonly (readonly HistogramBucket[])[]): readonly HistogramBucket[] {
  if (sets.length === 1) return sets[0]!;
  const byStart = new Map<number, HistogramBucket>();
  for (const bucket of sets.flat()) {
    const count = (byStart.get(bucket.from)?.count ?? 0) + bucket.count;
    byStart.set(bucket.from, { ...bucket, count });
  }
  return [...byStart.values()].toSorted((left, right) => left.from - right.from);
}
