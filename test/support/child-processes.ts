import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 10_000;

/** Ids of the processes that this one started and that run this file. Linux only. */
export function childrenOf(pid: number, file: string): number[] {
  const ids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return ids.filter((id) => id !== '' && commandLine(Number(id)).includes(file)).map(Number);
}

/** Resolves when none of them runs any more. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (pids.some((pid) => commandLine(pid) !== '')) {
    if (performance.now() > deadlineMs) throw new Error(`Processes still run: ${pids.join(', ')}`);
    await sleep(20);
  }
}

/** Empty for a process that has ended, waited for or not. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
