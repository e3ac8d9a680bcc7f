/** Probability that an estimate below its floor understates the percentile by chance. */
const acceptedRisk = 0.01;

/**
 * The fewest values from which a percentile may be read: with one value allowed above it, the chance of that few is at
 * most 1 %. Gives 64 for p90, 130 for p95, 662 for p99 and 6,636 for p99.9, as in MLPerf LoadGen (early stopping).
 *
 * @param quantile above 0.5 and below 1: 0.9 for p90.
 */
export function sampleFloor(quantile: number): number {
  let high = 2;
  while (!isEnough(high, quantile)) high *= 2;
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle, quantile)) high = middle;
    else low = middle;
  }
  return high;
}

/** Binomial probability of at most one value above the quantile in `count` <= the accepted risk. */
function isEnough(count: number, quantile: number): boolean {
  const noneAbove = quantile ** count;
  const oneAbove = count * (1 - quantile) * quantile ** (count - 1);
  return noneAbove + oneAbove <= acceptedRisk;
}

/** Floors of the percentiles that tables show, by the name in a `MetricSummary`. */
export const sampleFloors = {
  p90: sampleFloor(0.9),
  p95: sampleFloor(0.95),
  p99: sampleFloor(0.99),
  p999: sampleFloor(0.999),
} as const;
