/** CLOCK_MONOTONIC in ms: the clock of the simulator's log, the same for all processes of this machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
