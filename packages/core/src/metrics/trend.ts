import { TokenstormError } from '../errors.ts';
import type { MetricSummary } from '../report/report.ts';
import { HdrHistogram } from './histogram.ts';
import type { HistogramBucket } from './histogram.ts';
import { addEncoded, encodeHistogram } from './histogram-codec.ts';
import type { EncodedTrend } from './snapshot.ts';

/** The histogram counts thousandths of the metric's unit: µs for ms. */
export const stepsPerUnit = 1000;
const summaryQuantiles = [0.01, 0.05, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/**
 * A distribution of one metric, in the metric's unit: exact count, sum, minimum and maximum, and percentiles within
 * 0.1 % or half a thousandth of the unit, whichever is more. Merging is exact. Values of 0 .. 3,600,000 (one hour in
 * ms) are told apart; the exact figures hold for any.
 */
export class Trend {
  readonly #histogram = new HdrHistogram();
  #sum = 0;
  #sumOfSquares = 0;
  #min = Infinity;
  #max = -Infinity;

  get count(): number {
    return this.#histogram.totalCount;
  }

  get sum(): number {
    return this.#sum;
  }

  /** NaN without data, as are `max`, `mean`, `standardDeviation` and `quantile`: `null` once they are JSON. */
  get min(): number {
    return this.count === 0 ? NaN : this.#min;
  }

  get max(): number {
    return this.count === 0 ? NaN : this.#max;
  }

  get mean(): number {
    return this.#sum / this.count;
  }

  /** Of the values themselves (divided by n, not n - 1). */
  get standardDeviation(): number {
    if (this.#min === this.#max) return 0;
    return Math.sqrt(Math.max(this.#sumOfSquares / this.count - this.mean ** 2, 0));
  }

  /** Adds one value. Throws `E_INTERNAL` for NaN and the infinities, which no measurement gives. */
  record(value: number): void {
    this.recordMany(value, 1);
  }

  /** Adds one value `count` times, at the cost of once; `count` is an integer of at least 0. Throws as `record`. */
  recordMany(value: number, count: number): void {
    if (!Number.isFinite(value)) throw notFinite(value);
    if (count === 0) return;
    this.#histogram.recordMany(Math.round(value * stepsPerUnit), count);
    this.#sum += value * count;
    this.#sumOfSquares += value * value * count;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Adds several values. */
  recordAll(values: readonly number[]): void {
    for (let index = 0; index < values.length; index++) this.record(values[index]!);
  }

  /** Adds an encoded distribution. Throws `E_INTERNAL` and changes nothing where its histogram is damaged or does not hold `count` values. */
  merge(encoded: EncodedTrend): void {
    addEncoded(this.#histogram, encoded.hdr, encoded.count);
    if (encoded.count > 0) this.#addMoments(encoded);
  }

  /** Adds another distribution. */
  add(other: Trend): void {
    this.#histogram.add(other.#histogram);
    this.#addMoments({
      sum: other.#sum,
      sumOfSquares: other.#sumOfSquares,
      min: other.#min,
      max: other.#max,
    });
  }

  /** The distribution as it travels; `min` and `max` are 0 where it is empty. */
  encode(): EncodedTrend {
    const isEmpty = this.count === 0;
    return {
      count: this.count,
      sum: this.#sum,
      sumOfSquares: this.#sumOfSquares,
      min: isEmpty ? 0 : this.#min,
      max: isEmpty ? 0 : this.#max,
      hdr: encodeHistogram(this.#histogram),
    };
  }

  /** Forgets all values and keeps the memory for the next ones. */
  reset(): void {
    this.#histogram.reset();
    this.#sum = 0;
    this.#sumOfSquares = 0;
    this.#min = Infinity;
    this.#max = -Infinity;
  }

  /** The value that a share `quantile` (0..1) of the values do not exceed: rank `ceil(quantile x count)`; the exact minimum at 0, the exact maximum at 1. */
  quantile(quantile: number): number {
    if (quantile <= 0) return this.min;
    if (quantile >= 1) return this.max;
    return this.#inUnit(this.#histogram.valueAtQuantile(quantile));
  }

  /** The whole distribution in one row; every figure but `count` is NaN without data. */
  summary(unit: string): MetricSummary {
    const steps = this.#histogram.valuesAtQuantiles(summaryQuantiles);
    const percentile = (index: number) => this.#inUnit(steps[index]!);
    return {
      unit,
      count: this.count,
      min: this.min,
      mean: this.mean,
      std: this.standardDeviation,
      p1: percentile(0),
      p5: percentile(1),
      p50: percentile(2),
      p75: percentile(3),
      p90: percentile(4),
      p95: percentile(5),
      p99: percentile(6),
      p999: percentile(7),
      max: this.max,
    };
  }

  /** The buckets that hold something, ascending, in the metric's unit. */
  *buckets(): Generator<HistogramBucket> {
    for (const { from, to, count } of this.#histogram.buckets()) {
      yield { from: from / stepsPerUnit, to: to / stepsPerUnit, count };
    }
  }

  #inUnit(steps: number): number {
    return Math.min(Math.max(steps / stepsPerUnit, this.min), this.max);
  }

  #addMoments(moments: Pick<EncodedTrend, 'sum' | 'sumOfSquares' | 'min' | 'max'>): void {
    this.#sum += moments.sum;
    this.#sumOfSquares += moments.sumOfSquares;
    this.#min = Math.min(this.#min, moments.min);
    this.#max = Math.max(this.#max, moments.max);
  }
}

function notFinite(value: number): TokenstormError {
  return new TokenstormError('E_INTERNAL', `A measured value is ${value}.`, {
    hint: 'This is an error in Tokenstorm; please report it.',
  });
}
