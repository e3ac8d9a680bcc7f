import { Worker } from 'node:worker_threads';
import type { Clock } from '@tokenstorm/core';

/** Rings once at a time set on the process's monotonic clock. Setting it again replaces the time. */
export interface Alarm {
  /** Resolves when it can ring in time. What is set before then rings late, by as long as it takes to get ready. */
  readonly ready: Promise<void>;
  /** `undefined` turns it off. A time in the past rings as soon as possible. */
  set(atMs: number | undefined): void;
  onRing(listener: () => void): void;
  close(): Promise<void>;
}

/**
 * An alarm kept by a thread that sleeps on a futex: late by 0.04 ms on a busy machine and 0.4 ms on an idle one, whose
 * cores must wake up first, where `setTimeout`, with its resolution of 1 ms, is late by half to one and a half. At 1,000
 * rings a second it takes a twentieth of a core.
 */
export function threadAlarm(clock: Clock): Alarm {
  const shared = new SharedArrayBuffer(16);
  const changes = new Int32Array(shared, 0, 1);
  const due = new Float64Array(shared, 8, 1);
  const originNs = clockOriginNs(clock);
  due[0] = Infinity;
  const thread = new Worker(threadModule(), {
    workerData: { shared, originNs },
    execArgv: [],
    stderr: false,
  });
  const ready = new Promise<void>((resolve) => thread.once('message', () => resolve()));
  // Until then it keeps the process alive: somebody waits for it.
  void ready.then(() => thread.unref());
  return {
    ready,
    set: (atMs) => {
      due[0] = atMs ?? Infinity;
      Atomics.add(changes, 0, 1);
      Atomics.notify(changes, 0);
    },
    onRing: (listener) => {
      thread.on('message', (message) => {
        if (message === 'ring') listener();
      });
    },
    close: async () => void (await thread.terminate()),
  };
}

/**
 * The clock's zero point on CLOCK_MONOTONIC, which both threads read. The tightest of several looks: the first one may
 * take half a millisecond.
 */
function clockOriginNs(clock: Clock): bigint {
  let [originNs, tightestMs] = [0n, Infinity];
  for (let look = 0; look < 10; look += 1) {
    const beforeMs = clock.nowMs();
    const nowNs = process.hrtime.bigint();
    const tookMs = clock.nowMs() - beforeMs;
    if (tookMs >= tightestMs) continue;
    tightestMs = tookMs;
    originNs = nowNs - BigInt(Math.round((beforeMs + tookMs / 2) * 1e6));
  }
  return originNs;
}

/** The thread's own file, beside this one: TypeScript in development, JavaScript once built. */
function threadModule(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? './alarm-thread.ts' : './alarm-thread.js',
    import.meta.url,
  );
}
