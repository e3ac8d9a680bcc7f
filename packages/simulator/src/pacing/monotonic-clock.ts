const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/**
 * CLOCK_MONOTONIC in ms, which all processes of a machine share: what `process.hrtime.bigint()` reads, at the price of
 * `performance.now()`.
 */
export function monotonicMs(): number {
  return originMs + performance.now();
}
