import type { Clock, RunEvent } from '@tokenstorm/core';

export type StopMode = 'drain' | 'now';

/**
 * What a worker knows of a run's course: when it starts and whether it is to stop. Times are monotonic ms of this
 * process; a stop only ever gets stricter.
 */
export class RunControl {
  readonly started: Promise<number>;
  readonly #clock: Clock;
  readonly #listeners = new Set<(mode: StopMode) => void>();
  #resolveStarted: (startMs: number) => void = () => {};
  #stopMode: StopMode | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.started = new Promise((resolve) => (this.#resolveStarted = resolve));
  }

  get stopMode(): StopMode | undefined {
    return this.#stopMode;
  }

  observe(event: RunEvent): void {
    if (event.type === 'run-start') {
      this.#resolveStarted(this.#clock.nowMs() + event.startAtEpochMs - this.#clock.epochMs());
    } else if (event.type === 'run-stop') {
      this.#stop(event.mode);
    }
  }

  /** Calls the listener on every stop, and at once if there was one. Returns a function that ends it. */
  onStop(listener: (mode: StopMode) => void): () => void {
    this.#listeners.add(listener);
    if (this.#stopMode !== undefined) listener(this.#stopMode);
    return () => void this.#listeners.delete(listener);
  }

  #stop(mode: StopMode): void {
    if (this.#stopMode === 'now' || this.#stopMode === mode) return;
    this.#stopMode = mode;
    for (const listener of this.#listeners) listener(mode);
  }
}
