import { readFileSync } from 'node:fs';

/**
 * Time (ms) that this process's main thread, on which the event loop runs, was ready to run and had no CPU, ever: the
 * second field of /proc/self/schedstat. `undefined` where the kernel does not say (other systems, no CONFIG_SCHED_INFO).
 */
export function runQueueDelayMs(): number | undefined {
  try {
    return parseRunQueueDelayMs(readFileSync('/proc/self/schedstat', 'latin1'));
  } catch {
    return undefined;
  }
}

/** The same from the file's content: nanoseconds on a CPU, nanoseconds waiting for one, time slices. */
export function parseRunQueueDelayMs(schedstat: string): number | undefined {
  const [onCpuNs, waitingNs] = schedstat.trim().split(' ').map(Number);
  // A kernel that keeps no accounts has zeros in the file; a process that reads it has been on a CPU.
  if (onCpuNs === undefined || waitingNs === undefined || !(onCpuNs > 0) || !(waitingNs >= 0))
    return undefined;
  return waitingNs / 1e6;
}
