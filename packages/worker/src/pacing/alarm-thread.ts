import { parentPort, workerData } from 'node:worker_threads';

/** Sleeps until the due time in shared memory, rings, and waits for the next one. `changes` counts what the owner set. */
function keepTime(shared: SharedArrayBuffer, originNs: bigint): never {
  const changes = new Int32Array(shared, 0, 1);
  const due = new Float64Array(shared, 8, 1);
  for (;;) {
    const seen = Atomics.load(changes, 0);
    const waitMs = (due[0] ?? Infinity) - Number(process.hrtime.bigint() - originNs) / 1e6;
    if (waitMs > 0 && Atomics.wait(changes, 0, seen, waitMs) !== 'timed-out') continue;
    parentPort?.postMessage('ring');
    Atomics.wait(changes, 0, seen);
  }
}

const { shared, originNs } = workerData as { shared: SharedArrayBuffer; originNs: bigint };
parentPort?.postMessage('ready');
keepTime(shared, originNs);
