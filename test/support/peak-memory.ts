import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The most resident memory of a process that lives until `ended`, bytes; what it takes in its last 20 ms may be missing. */
export async function peakMemoryOf(pid: number, ended: Promise<unknown>): Promise<number> {
  const over = new AbortController();
  const end = () => over.abort();
  ended.then(end, end);
  let peakBytes = 0;
  while (!over.signal.aborted) {
    peakBytes = Math.max(peakBytes, highWaterBytes(pid));
    await sleep(20);
  }
  return peakBytes;
}

function highWaterBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // It has ended.
  }
}
