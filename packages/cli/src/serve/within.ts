import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the promise is settled, or after so long. */
export async function within(ms: number, promise: PromiseLike<unknown>): Promise<void> {
  const timeout = new AbortController();
  const waiting = sleep(ms, undefined, { signal: timeout.signal }).catch(() => {});
  await Promise.race([promise, waiting]);
  timeout.abort();
}
