import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, LogEntry } from '@tokenstorm/core';

/** The first so many entries of a log after an id. */
export async function firstOf<T>(log: Log<T>, count: number, afterId?: string): Promise<LogEntry<T>[]> {
  const entries: LogEntry<T>[] = [];
  const stop = new AbortController();
  for await (const entry of log.read({ signal: stop.signal, ...(afterId !== undefined && { afterId }) })) {
    entries.push(entry);
    if (entries.length === count) break;
  }
  return entries;
}

export async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5);
}
