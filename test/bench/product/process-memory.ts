import { readFileSync } from 'node:fs';

const bytesPerKilobyte = 1024;

/** Resident memory in bytes. */
export interface ResidentMemory {
  /** Sum over the process and all its descendants; pages that they share count in each. */
  readonly treeBytes: number;
  /** The most that the process itself ever had. */
  readonly peakBytes: number;
  readonly processes: number;
}

/** What a process and its descendants hold now; `undefined` once it is gone. */
export function residentMemory(pid: number): ResidentMemory | undefined {
  const own = memoryOf(pid);
  if (own === undefined) return undefined;
  const others = descendants(pid).flatMap((child) => memoryOf(child) ?? []);
  const treeBytes = others.reduce((sum, { nowBytes }) => sum + nowBytes, own.nowBytes);
  return { treeBytes, peakBytes: own.peakBytes, processes: 1 + others.length };
}

/** The only child of a process, or, where that has one only as well, the last one of the chain: past `bash` and `taskset`. */
export function onlyDescendant(pid: number): number {
  const [child, ...others] = children(pid);
  return child === undefined || others.length > 0 ? pid : onlyDescendant(child);
}

function descendants(pid: number): number[] {
  return children(pid).flatMap((child) => [child, ...descendants(child)]);
}

function children(pid: number): number[] {
  const text = contents(`/proc/${pid}/task/${pid}/children`) ?? '';
  return text.split(' ').filter(Boolean).map(Number);
}

function memoryOf(pid: number): { readonly nowBytes: number; readonly peakBytes: number } | undefined {
  const status = contents(`/proc/${pid}/status`);
  const nowBytes = kilobytes(status, 'VmRSS');
  const peakBytes = kilobytes(status, 'VmHWM');
  return nowBytes === undefined || peakBytes === undefined ? undefined : { nowBytes, peakBytes };
}

function kilobytes(status: string | undefined, key: string): number | undefined {
  const value = status === undefined ? undefined : new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  return value === undefined ? undefined : Number(value) * bytesPerKilobyte;
}

function contents(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
