/** Something that a limit counts, and when the server received it (CLOCK_MONOTONIC, ms). */
export interface Received {
  readonly atMs: number;
  readonly amount: number;
}

/** What a limit allows: so much per minute, and so much at once. */
export interface Allowance {
  readonly perMinute: number;
  readonly bucket: number;
}

/**
 * The most that any window of `windowMs` holds above what it may hold (rate x window + bucket); below 0 where all of
 * them keep to it. Only windows that start with a reception matter.
 */
export function largestExcess(
  received: readonly Received[],
  windowMs: number,
  { perMinute, bucket }: Allowance,
): number {
  const allowed = (perMinute / 60_000) * windowMs + bucket;
  let [last, sum, largest] = [0, 0, -Infinity];
  for (const [first, { atMs, amount }] of received.entries()) {
    for (; last < received.length && received[last]!.atMs <= atMs + windowMs; last += 1)
      sum += received[last]!.amount;
    if (last > first) largest = Math.max(largest, sum - allowed);
    sum -= amount;
  }
  return largest;
}

/** The share of the rate that was used from `fromMs` to `toMs` after the first reception. */
export function usedShare(
  received: readonly Received[],
  [fromMs, toMs]: readonly [number, number],
  perMinute: number,
) {
  const startMs = received[0]?.atMs ?? 0;
  const inside = received.filter(({ atMs }) => atMs - startMs > fromMs && atMs - startMs <= toMs);
  return inside.reduce((sum, { amount }) => sum + amount, 0) / ((perMinute / 60_000) * (toMs - fromMs));
}
