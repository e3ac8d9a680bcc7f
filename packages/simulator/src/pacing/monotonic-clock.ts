/** Looks at both clocks, of which the pair that was read closest together counts: a pause between two readings is an error. */
const readings = 32;

const originMs = closestOrigin();

function closestOrigin(): number {
  let [origin, apartMs] = [0, Infinity];
  for (let reading = 0; reading < readings; reading++) {
    const beforeMs = performance.now();
    const monotonic = Number(process.hrtime.bigint()) / 1e6;
    const afterMs = performance.now();
    if (afterMs - beforeMs >= apartMs) continue;
    apartMs = afterMs - beforeMs;
    origin = monotonic - (beforeMs + afterMs) / 2;
  }
  return origin;
}

/**
 * CLOCK_MONOTONIC in ms, which all processes of a machine share: what `process.hrtime.bigint()` reads, at the price of
 * `performance.now()`.
 */
export function monotonicMs(): number {
  return originMs + performance.now();
}
