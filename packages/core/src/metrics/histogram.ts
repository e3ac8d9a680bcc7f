/** Highest value told apart: one hour in µs. What is above is counted as this. */
export const highestTrackableValue = 3_600_000_000;
/** Counters in one segment: half a power of two of values, as in HdrHistogram with 3 significant digits. */
export const segmentLength = 1024;
/** Segments that cover 0 .. `highestTrackableValue`. */
export const segmentCount = 23;

const segmentBits = 10;
const maxUint32 = 0xffff_ffff;

/** Counters of one segment: 32 bits wide until one of them would overflow, then exact up to 2^53. */
export type HistogramSegment = Uint32Array | Float64Array;

/** Values from `from` up to, not including, `to` that share one counter. */
export interface HistogramBucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * A distribution of integers in 0 .. 3,600,000,000 with 3 significant digits: single values below 2,048, then buckets
 * narrower than 1/1024 of their values. Its layout is HdrHistogram's for (1, 3,600,000,000, 3), so equal values have
 * equal counter indices there and here. Memory is 4 kB for each factor of two that the values span.
 */
export class HdrHistogram {
  readonly #segments: (HistogramSegment | undefined)[] = Array.from(
    { length: segmentCount },
    () => undefined,
  );
  #totalCount = 0;
  /** A bit for each segment that something was recorded in since the last reset. */
  #used = 0;

  /** Number of values recorded. */
  get totalCount(): number {
    return this.#totalCount;
  }

  /** The counters, segment by segment; `undefined` where nothing was ever recorded. To be read only. */
  get segments(): readonly (HistogramSegment | undefined)[] {
    return this.#segments;
  }

  /** Whether nothing is in the segment of this number. */
  isEmptySegment(number: number): boolean {
    return (this.#used & (1 << number)) === 0;
  }

  /** Counts one value: below 0 as 0, above the highest as the highest, fractions cut off. */
  record(value: number): void {
    this.addCount(indexOfValue(value), 1);
  }

  /** Counts one value `count` times; `count` is an integer of at least 0. */
  recordMany(value: number, count: number): void {
    this.addCount(indexOfValue(value), count);
  }

  /** Adds to the counter at an index of 0 .. 23,551. */
  addCount(index: number, count: number): void {
    const segment = this.#segments[index >>> segmentBits] ?? this.#allocate(index >>> segmentBits);
    const offset = index & (segmentLength - 1);
    const total = segment[offset]! + count;
    if (total > maxUint32) this.#widen(index >>> segmentBits)[offset] = total;
    else segment[offset] = total;
    this.#used |= 1 << (index >>> segmentBits);
    this.#totalCount += count;
  }

  /** Adds every count of another histogram. */
  add(other: HdrHistogram): void {
    for (let number = 0; number < segmentCount; number++) {
      const theirs = other.#segments[number];
      if (theirs !== undefined && !other.isEmptySegment(number)) this.#addSegment(number, theirs);
    }
    this.#used |= other.#used;
    this.#totalCount += other.#totalCount;
  }

  /** Forgets all values and keeps the memory for the next ones. */
  reset(): void {
    for (const [number, segment] of this.#segments.entries())
      if (!this.isEmptySegment(number)) segment?.fill(0);
    this.#used = 0;
    this.#totalCount = 0;
  }

  /**
   * The highest value that shares a bucket with the value of rank `ceil(quantile x totalCount)`, at least rank 1: what
   * HdrHistogram calls the value at a percentile. `quantile` is 0..1, more counts as 1; for 0 the lowest value of the
   * first bucket. 0 without data.
   */
  valueAtQuantile(quantile: number): number {
    return this.valuesAtQuantiles([quantile])[0]!;
  }

  /** The same for several ascending quantiles in one pass. */
  valuesAtQuantiles(quantiles: readonly number[]): number[] {
    const ranks = quantiles.map((quantile) => rankOf(quantile, this.#totalCount));
    const values: number[] = [];
    let reached = 0;
    for (let number = 0; number < segmentCount && values.length < quantiles.length; number++) {
      const segment = this.#segments[number];
      if (segment === undefined || this.isEmptySegment(number)) continue;
      for (let offset = 0; offset < segmentLength; offset++) {
        reached += segment[offset]!;
        while (reached >= ranks[values.length]!) {
          values.push(valueAt(number * segmentLength + offset, quantiles[values.length]!));
        }
      }
    }
    return values.length === quantiles.length ? values : quantiles.map(() => 0);
  }

  /** The buckets that hold something, ascending. */
  *buckets(): Generator<HistogramBucket> {
    for (let number = 0; number < segmentCount; number++) {
      const segment = this.#segments[number];
      if (segment === undefined || this.isEmptySegment(number)) continue;
      for (let offset = 0; offset < segmentLength; offset++) {
        const count = segment[offset]!;
        const from = lowestValueAt(number * segmentLength + offset);
        if (count !== 0) yield { from, to: from + widthAt(number * segmentLength + offset), count };
      }
    }
  }

  #addSegment(number: number, theirs: HistogramSegment): void {
    let mine = this.#segments[number];
    if (mine === undefined) {
      this.#segments[number] = theirs.slice();
      return;
    }
    for (let offset = 0; offset < segmentLength; offset++) {
      const count = theirs[offset]!;
      if (count === 0) continue;
      const total = mine[offset]! + count;
      if (total > maxUint32) mine = this.#widen(number);
      mine[offset] = total;
    }
  }

  #allocate(number: number): HistogramSegment {
    const segment = new Uint32Array(segmentLength);
    this.#segments[number] = segment;
    return segment;
  }

  #widen(number: number): HistogramSegment {
    const segment = this.#segments[number]!;
    if (segment instanceof Float64Array) return segment;
    const wide = Float64Array.from(segment);
    this.#segments[number] = wide;
    return wide;
  }
}

function indexOfValue(value: number): number {
  const clamped = value > 0 ? Math.min(value, highestTrackableValue) : 0;
  const exponent = Math.max(21 - Math.clz32(clamped), 0);
  return (exponent << segmentBits) + (clamped >>> exponent);
}

function exponentAt(index: number): number {
  return Math.max((index >>> segmentBits) - 1, 0);
}

function widthAt(index: number): number {
  return 2 ** exponentAt(index);
}

function lowestValueAt(index: number): number {
  const exponent = exponentAt(index);
  return (index - (exponent << segmentBits)) * 2 ** exponent;
}

function valueAt(index: number, quantile: number): number {
  const lowest = lowestValueAt(index);
  return quantile === 0 ? lowest : lowest + widthAt(index) - 1;
}

/** HdrHistogram's rounding: up, but not because of the last bit of the product. */
function rankOf(quantile: number, totalCount: number): number {
  const rank = Math.min(quantile, 1) * totalCount;
  const lastBit = 2 ** (Math.floor(Math.log2(rank)) - 52);
  return Math.max(Math.ceil(rank - lastBit), 1);
}
