import type { RunControl, StopMode } from './run-control.ts';

/** The course of the run as one shard sees it: its lease taken away is a stop of its own, at once. */
export class ShardControl {
  readonly #control: RunControl;
  readonly #signal: AbortSignal;

  /** `signal` aborts when the lease is lost or must be given back. */
  constructor(control: RunControl, signal: AbortSignal) {
    this.#control = control;
    this.#signal = signal;
  }

  /** The shard is no longer ours to finish. */
  get isTakenAway(): boolean {
    return this.#signal.aborted;
  }

  get stopMode(): StopMode | undefined {
    return this.isTakenAway ? 'now' : this.#control.stopMode;
  }

  /** The run's start, monotonic ms of this process; `undefined` where the shard is taken away before it is known. */
  started(): Promise<number | undefined> {
    return new Promise((resolve) => {
      void this.#control.started.then(resolve);
      if (this.isTakenAway) resolve(undefined);
      else this.#signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
  }

  /** Calls the listener on every stop, and at once if there was one. Returns a function that ends it. */
  onStop(listener: (mode: StopMode) => void): () => void {
    const onAbort = () => listener('now');
    const forget = this.#control.onStop(listener);
    this.#signal.addEventListener('abort', onAbort, { once: true });
    if (this.isTakenAway) onAbort();
    return () => {
      forget();
      this.#signal.removeEventListener('abort', onAbort);
    };
  }
}
