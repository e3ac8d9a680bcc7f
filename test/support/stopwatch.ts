/** Nanoseconds for each of `count` operations that one call of `run` does: the median of 15 calls after 5 to warm up. */
export function medianNs(count: number, run: () => void): number {
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    const startMs = performance.now();
    run();
    if (round >= 5) times.push(performance.now() - startMs);
  }
  times.sort((a, b) => a - b);
  return (times[7]! * 1e6) / count;
}

/** Prints one figure with its goal, an upper bound. */
export function print(name: string, value: number, unit: string, atMost?: number): void {
  const verdict =
    atMost === undefined ? '' : ` (goal: at most ${atMost}${value <= atMost ? '' : ', MISSED'})`;
  console.log(`${name}: ${value.toPrecision(3)} ${unit}${verdict}`);
}
