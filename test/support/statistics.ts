/** Sample statistics of points in time, written for the tests alone: nothing of the code under test is used here. */

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Unbiased sample variance. */
export function variance(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}

/** Standard deviation over mean. */
export function coefficientOfVariation(values: readonly number[]): number {
  return Math.sqrt(variance(values)) / mean(values);
}

/** Differences of neighbours: one less than there are times. */
export function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? NaN));
}

/** How many of the times fall into each of the `count` intervals of this length from 0 on. */
export function countsPerInterval(times: readonly number[], length: number, count: number): number[] {
  const counts = new Uint32Array(count);
  for (const time of times) {
    const interval = Math.floor(time / length);
    if (interval >= 0 && interval < count) counts[interval]! += 1;
  }
  return [...counts];
}

/** Variance over mean of the counts: 1 for a Poisson process, 0 for an even one. */
export function indexOfDispersion(counts: readonly number[]): number {
  return variance(counts) / mean(counts);
}
